// node tfjs.mjs weights.f32 picture.f32: 784-512-10 on TensorFlow.js's wasm backend, one answer. The weights are plain
// float32 arrays one after another (each layer's I × O matrix, then its biases): no time goes into parsing a model.
import { readFile } from 'node:fs/promises';
import '@tensorflow/tfjs-backend-wasm';
import { fused, setBackend, tensor1d, tensor2d } from '@tensorflow/tfjs-core';

const [weights, picture] = process.argv.slice(2);
await setBackend('wasm');
const values = new Float32Array(Uint8Array.from(await readFile(weights)).buffer);
let at = 0;
const take = (count) => {
  at += count;
  return values.subarray(at - count, at);
};
const x = new Float32Array(Uint8Array.from(await readFile(picture)).buffer);
let a = tensor2d(x, [1, x.length]);
for (const [inFeatures, outFeatures, activation] of [
  [784, 512, 'relu'],
  [512, 10, 'linear'],
]) {
  const b = tensor2d(take(inFeatures * outFeatures), [inFeatures, outFeatures]);
  a = fused.matMul({ a, b, bias: tensor1d(take(outFeatures)), activation });
}
const y = await a.data();
console.log(String(y.indexOf(Math.max(...y))));
