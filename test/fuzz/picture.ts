import { deflateSync } from 'fflate';
import { joinParts, withParts } from '../../src/format/picture/parts.ts';
import { readWjz } from '../../src/format/read.ts';
import { writeModel } from '../../src/format/write-model.ts';
import { loadNetwork } from '../../src/runtime/load-network.ts';
import { graphContent } from '../format/graph-contents.ts';
import {
  bodyOf,
  contentOf,
  smallPicture,
  trained,
  withBody,
  withContent,
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

/** A picture with changes in its coefficients, its manifest, its tensors, what holds them, or anywhere. */
function mutate(picture: Uint8Array, random: Random): Uint8Array {
  const { manifest, tensors } = contentOf(picture);
  switch (random.below(7)) {
    case 0:
      return withParts(mutateStream(withoutParts(picture), random), joinParts(picture));
    case 1:
      return withParts(withoutParts(picture), mutateBytes(joinParts(picture), random));
    case 2:
      return withContent(picture, manifest, mutateBytes(tensors, random));
    case 3: {
      const { kind, body } = bodyOf(picture);
      return withBody(picture, random.pick([kind, 1, 2, 3]), mutateBytes(body, random));
    }
    case 4:
      return withBody(picture, 2, deflateSync(new Uint8Array(random.size(2 ** 22)).fill(random.below(256))));
    case 5:
      return mutateBytes(picture, random);
    default:
      return withContent(picture, mutateJson(manifest, random), tensors);
  }
}

/** Models that are one JPEG. */
export const picture: Target = {
  seeds,
  generate: (random) => mutate(random.pick(seeds), random),
  read(bytes, variant) {
    const file = readWjz(bytes, variant % 1001 === 0 ? {} : LIMITS);
    if (file.manifest.outputs === undefined) loadNetwork(file, 'coefficient');
    if (variant % 8 === 1) writeModel(file, { file: 'again.jpg' });
    if (variant % 8 === 2) writeModel(file, { file: 'again.wjz' });
  },
  // Besides what the layers take once they are cut out, the whole sheet.
  memoryCap: (bytes) => 4 * wjzMemoryCap(bytes),
};
