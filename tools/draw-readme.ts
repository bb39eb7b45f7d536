/**
 * npm run docs:pictures: the pictures of the README, from data/ and, for the weights before they were stored, the reference
 * weights (WJPEG_REFERENCE_MODEL).
 */
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { WjpegError } from '../src/errors.ts';
import { readWjz } from '../src/format/read.ts';
import { networkFromStateDict } from '../src/importers/state-dict/network.ts';
import { writeFileAtomic } from '../src/node/files.ts';
import { encodeGreyPng } from '../src/png/encode.ts';
import { drawNeuron } from '../src/report/neuron-picture.ts';
import { decodeSamples, type GreyPicture } from '../src/runtime/decode-samples.ts';
import { loadNetwork } from '../src/runtime/load-network.ts';
import { readSafetensors } from '../src/safetensors/read.ts';
import { runProgram } from '../src/terminal/program.ts';
import { linearLayers } from '../src/weights/dense-network.ts';

const OUT = join('docs', 'images');
/** Networks that are one JPEG with Huffman codes, which every viewer and browser shows. */
const MODEL = join('data', 'mnist-lenet-8-16-huffman.jpg');
const ZOOM = 4;
const STORED = join('data', 'mnist-mlp-512-q20.wjz');
const NEURONS = [3, 7, 20];
/** White between pictures, in samples. */
const GAP = 24;

await runProgram('docs:pictures', async () => {
  await mkdir(OUT, { recursive: true });
  await write('model.png', enlarged(decodeSamples(readFileSync(MODEL)), ZOOM));
  await write('neurons.png', beside(neurons()));
});

async function write(name: string, picture: GreyPicture): Promise<void> {
  const png = encodeGreyPng(picture);
  await writeFileAtomic(join(OUT, name), png);
  process.stdout.write(`${join(OUT, name)}: ${picture.width}×${picture.height}, ${png.length} bytes\n`);
}

/** Neurons of the first layer: as float32 left, as JPEG of quality 20 right. */
function neurons(): GreyPicture[] {
  const path = process.env.WJPEG_REFERENCE_MODEL;
  if (!path)
    throw new WjpegError(
      'misuse',
      'NO_REFERENCE',
      'WJPEG_REFERENCE_MODEL is not set: name the reference weights',
    );
  const [original] = linearLayers(networkFromStateDict(readSafetensors(readFileSync(path))));
  const [node] = loadNetwork(readWjz(readFileSync(STORED)), 'coefficient').nodes;
  if (node.kind !== 'rows')
    throw new WjpegError('misuse', 'NEURON_NO_PICTURE', `${STORED}: its neurons are no pictures`);
  return NEURONS.map((neuron) => drawNeuron(node, neuron, original));
}

function enlarged({ width, height, samples }: GreyPicture, zoom: number): GreyPicture {
  const large = new Uint8Array(width * height * zoom * zoom);
  const line = width * zoom;
  for (let i = 0; i < large.length; i++)
    large[i] = samples[Math.floor(i / line / zoom) * width + Math.floor((i % line) / zoom)];
  return { width: line, height: height * zoom, samples: large };
}

/** Pictures of one height in a row. */
function beside(pictures: readonly GreyPicture[]): GreyPicture {
  const [{ height }] = pictures;
  const width = pictures.reduce((sum, picture) => sum + picture.width + GAP, -GAP);
  const samples = new Uint8Array(width * height).fill(255);
  let left = 0;
  for (const picture of pictures) {
    for (let y = 0; y < height; y++)
      samples.set(picture.samples.subarray(y * picture.width, (y + 1) * picture.width), y * width + left);
    left += picture.width + GAP;
  }
  return { width, height, samples };
}
