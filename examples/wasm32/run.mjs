// Classifies a picture with a network that is a WebAssembly module of a few kilobytes, without any library:
//
//   wjpeg export data/mnist-mlp-512-trained.wjz -o model.c
//   clang --target=wasm32 -std=c99 -Oz -ffreestanding -nostdlib -Wl,--no-entry,--export=model_begin,--export=model_row \
//     -Wl,--export=model_end,--export=__heap_base -o model.wasm model.c
//   node run.mjs model.wasm picture.pgm
//
// The picture is a binary PGM (P5) of 28x28, light strokes on black. Prints the output with the largest logit.
import { readFileSync } from 'node:fs';

const [wasm, picture] = process.argv.slice(2).map((path) => readFileSync(path));
const header = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(picture.toString('latin1'));
if (header === null) throw new Error('expected a binary PGM (P5) of 8 bits');
const [width, height] = [Number(header[1]), Number(header[2])];

const { instance } = await WebAssembly.instantiate(wasm);
const { memory, model_begin, model_row, model_end, __heap_base } = instance.exports;
const row = new Uint8Array(memory.buffer, __heap_base.value, width);
model_begin();
for (let y = 0; y < height; y++) {
  const start = header[0].length + y * width;
  row.set(picture.subarray(start, start + width));
  model_row(__heap_base.value);
}
console.log(model_end());
