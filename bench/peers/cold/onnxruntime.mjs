// node onnxruntime.mjs onnxruntime-node|onnxruntime-web model.onnx picture.f32: one answer.
import { readFile } from 'node:fs/promises';

const [who, model, picture] = process.argv.slice(2);
const module = await import(who);
const { InferenceSession, Tensor, env } = module.InferenceSession ? module : module.default;
if (who === 'onnxruntime-web') env.wasm.numThreads = 1;
const session = await InferenceSession.create(await readFile(model), {
  executionProviders: [who === 'onnxruntime-web' ? 'wasm' : 'cpu'],
  intraOpNumThreads: 1,
});
const x = new Float32Array(Uint8Array.from(await readFile(picture)).buffer);
const { y } = await session.run({ x: new Tensor('float32', x, [1, x.length]) });
console.log(String(y.data.indexOf(Math.max(...y.data))));
