import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RowsTensor } from '../../src/format/manifest.ts';
import { readWjz, type WjzFile } from '../../src/format/read.ts';
import { writeWjz } from '../../src/format/write.ts';
import type { LabelledPictures } from '../../src/image/labelled-pictures.ts';
import { mulberry32 } from '../../src/random.ts';

const DATA = join(import.meta.dirname, '..', '..', 'data');

/** Path of an embedded model. */
export function embedded(name: string): string {
  return join(DATA, `${name}.wjz`);
}

export function readEmbedded(name: string): WjzFile {
  return readWjz(readFileSync(embedded(name)));
}

/** The contact sheet of the first layer, and how its weights lie in it. */
export function firstSheet({ manifest, jpegs }: WjzFile): {
  jpeg: Uint8Array;
  weight: RowsTensor;
  neurons: number;
} {
  const layer = manifest.layers[0];
  if (layer.type !== 'linear' || !('jpeg' in layer.weight) || layer.weight.layout !== 'rows')
    throw new Error('the first layer has no contact sheet');
  return {
    jpeg: jpegs.get(layer.weight.jpeg) as Uint8Array,
    weight: layer.weight,
    neurons: layer.outFeatures,
  };
}

/** 28×28 pictures of noise with labels in turn: what a network answers to them is wrong nearly always. */
export function noisePictures(count: number): LabelledPictures {
  const random = mulberry32(9);
  return {
    count,
    width: 28,
    height: 28,
    pictures: Uint8Array.from({ length: count * 784 }, () => random() * 256),
    labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
  };
}

/** What would do something if it were taken for markup, each with a number of its own. */
export function hostile(number: number): string {
  const attacks = [
    `</title></style></script><script>globalThis.hacked=${number}</script>`,
    `"><img src="http://127.0.0.1:9/${number}" onerror="globalThis.hacked=${number}">`,
    `' onmouseover='globalThis.hacked=${number}' <svg/onload=globalThis.hacked=${number}>`,
    `&lt;b&gt; &amp; <!-- ${number} --> \`\${x}\` <iframe srcdoc="<script>top.hacked=${number}</script>">`,
  ];
  return `${attacks[number % attacks.length]} no. ${number}`;
}

/** An embedded model in which every text that a file may hold is hostile. */
export function hostileModel(): { bytes: Uint8Array; texts: string[] } {
  const { manifest, jpegs, tensors } = readEmbedded('mnist-mlp-512-trained');
  const texts: string[] = [];
  const text = (): string => {
    texts.push(hostile(texts.length));
    return texts[texts.length - 1];
  };
  // In the order of the page, but for attacks that a name of a layer has no room for.
  const bytes = writeWjz({
    jpegs,
    tensors,
    manifest: {
      ...manifest,
      name: text(),
      description: text(),
      license: text(),
      labels: Array.from({ length: 10 }, text),
      layers: manifest.layers.map((layer) => (layer.type === 'linear' ? { ...layer, name: text() } : layer)),
      origin: { tool: text(), settings: { [text()]: text() } },
    },
  });
  return { bytes, texts };
}
