/** A page that answers one picture with a runtime, and what it loads for it. */
export interface SizedPage {
  /** What the table says. */
  readonly runtime: string;
  readonly model: string;
  /** Its script; `window.answer` becomes the class. */
  readonly script: string;
  /** Name of the model's file. */
  readonly file: string;
}

/** The picture as values 0…1, decoded by the browser, for runtimes that read no pictures. */
const PIXELS = `async function pixels() {
  const image = new Image();
  image.src = '/picture.png';
  await image.decode();
  const context = new OffscreenCanvas(28, 28).getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, 28, 28);
  return Float32Array.from({ length: 784 }, (_, i) => data[4 * i] / 255);
}
const argmax = (values) => values.indexOf(Math.max(...values));
`;

function wjpeg(model: string, file: string): SizedPage {
  return {
    runtime: 'wjpeg',
    model,
    file,
    script: `import { InferenceSession } from 'wjpeg';
const session = await InferenceSession.create('/${file}');
const picture = await fetch('/picture.png');
window.answer = Number((await session.infer(picture)).label);
`,
  };
}

function onnxruntimeWeb(model: string, file: string): SizedPage {
  return {
    runtime: 'onnxruntime-web (wasm)',
    model,
    file,
    script: `import * as ort from 'onnxruntime-web/wasm';
${PIXELS}
ort.env.wasm.wasmPaths = '/onnxruntime-web/';
ort.env.wasm.numThreads = 1;
const session = await ort.InferenceSession.create('/${file}', { executionProviders: ['wasm'] });
const [name] = session.inputNames;
const results = await session.run({ [name]: new ort.Tensor('float32', await pixels(), [1, 1, 28, 28]) });
window.answer = argmax([...results[session.outputNames[0]].data]);
`,
  };
}

/** Weights as one file of float32, layer after layer, and the layers as code. */
function tensorFlow(model: string, file: string): SizedPage {
  return {
    runtime: 'TensorFlow.js (wasm)',
    model,
    file,
    script: `import * as tf from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
${PIXELS}
setWasmPaths('/tfjs-backend-wasm/');
await tf.setBackend('wasm');
const weights = new Float32Array(await (await fetch('/${file}')).arrayBuffer());
const matrix = (from, rows, columns) =>
  tf.transpose(tf.tensor2d(weights.slice(from, from + rows * columns), [rows, columns]));
const first = matrix(0, 512, 784);
const second = matrix(512 * 784, 10, 512);
const a = tf.tensor2d(await pixels(), [1, 784]);
const b = tf.fused.matMul({ a, b: first, activation: 'relu' });
const c = tf.fused.matMul({ a: b, b: second, activation: 'linear' });
window.answer = argmax([...(await c.data())]);
`,
  };
}

export const MODELS = {
  mlp: 'mnist-mlp-512-trained.wjz',
  lenet: 'mnist-lenet5-trained.jpg',
  dense: 'mlp-float32.onnx',
  floats: 'mlp-float32.bin',
} as const;

export const PAGES: readonly SizedPage[] = [
  wjpeg('784-512-10, trained as JPEGs', MODELS.mlp),
  wjpeg('LeNet-5, one JPEG', MODELS.lenet),
  onnxruntimeWeb('784-512-10, float32', MODELS.dense),
  tensorFlow('784-512-10, float32', MODELS.floats),
];
