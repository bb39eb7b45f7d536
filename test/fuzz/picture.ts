import { deflateSync } from 'fflate';
import { joinParts, withParts } from '../../src/format/picture/parts.ts';
import { STORED } from '../../src/format/picture/payload.ts';
import { readWjz } from '../../src/format/read.ts';
import { writeModel } from '../../src/format/write-model.ts';
import { decodeCoefficients } from '../../src/jpeg/index.ts';
import { loadNetwork } from '../../src/runtime/load-network.ts';
import { graphContent } from '../format/graph-contents.ts';
import {
  bodyOf,
  contentOf,
  payloadOf,
  smallPicture,
  storedBody,
  trained,
  withoutParts,
} from '../format/picture/pictures.ts';
import { mutateStream } from './jpeg.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { mutateJson } from './mutate-json.ts';
import type { Random } from './random.ts';
import type { Target } from './target.ts';
import { LIMITS, wjzMemoryCap } from './wjz.ts';

const seeds = [
  smallPicture(),
  smallPicture({ progressive: true }),
  smallPicture({ entropy: 'arithmetic' }),
  writeModel(graphContent(), { file: 'graph.jpg' }),
  // Three components.
  writeModel(trained('mnist-mlp-512-trained.wjz'), { file: 'mlp.jpg' }),
];

/** What is changed of each seed, and what stays: decoding and encoding them for every input would take most of the time. */
const parts = seeds.map((picture) => ({
  picture,
  bare: withoutParts(picture),
  payload: joinParts(picture),
  components: decodeCoefficients(picture).components,
  ...bodyOf(picture),
  ...contentOf(picture),
}));

/** A picture with changes in its coefficients, its manifest, its tensors, what holds them, or anywhere. */
function mutate(seed: (typeof parts)[number], random: Random): Uint8Array {
  const { picture, bare, components, kind, body, manifest, tensors } = seed;
  const withBody = (kind: number, body: Uint8Array): Uint8Array =>
    withParts(bare, payloadOf(kind, body, components));
  switch (random.below(7)) {
    case 0:
      return withParts(mutateStream(bare, random), seed.payload);
    case 1:
      return withParts(bare, mutateBytes(seed.payload, random));
    case 2:
      return withBody(STORED, storedBody(manifest, mutateBytes(tensors, random)));
    case 3:
      return withBody(random.pick([kind, 1, 2, 3]), mutateBytes(body, random));
    case 4:
      return withBody(2, deflateSync(new Uint8Array(random.size(2 ** 22)).fill(random.below(256))));
    case 5:
      return mutateBytes(picture, random);
    default:
      return withBody(STORED, storedBody(mutateJson(manifest, random), tensors));
  }
}

/** Models that are one JPEG. */
export const picture: Target = {
  seeds,
  generate: (random) => mutate(random.pick(parts), random),
  read(bytes, variant) {
    const file = readWjz(bytes, variant % 1001 === 0 ? {} : LIMITS);
    if (file.manifest.outputs === undefined) loadNetwork(file, 'coefficient');
    if (variant % 8 === 1) writeModel(file, { file: 'again.jpg' });
    if (variant % 8 === 2) writeModel(file, { file: 'again.wjz' });
  },
  // Besides what the layers take once they are cut out, the whole sheet.
  memoryCap: (bytes) => 4 * wjzMemoryCap(bytes),
};
