import { describe, expect, it } from 'vitest';
import { compress } from '../../../src/compress/compress.ts';
import { exportC } from '../../../src/exporters/c/index.ts';
import { parseGraphManifest } from '../../../src/format/graph-manifest.ts';
import { readWjz, type WjzFile } from '../../../src/format/read.ts';
import { type WjzContent, writeWjz } from '../../../src/format/write.ts';
import { fromFloat32 } from '../../../src/safetensors/from-float32.ts';
import { options, randomNetwork } from '../../compress/networks.ts';
import { graphContent } from '../../format/graph-contents.ts';
import { seededValues } from '../../operators/case.ts';
import { chain, flatten, linear } from './chains.ts';

const reread = (content: WjzContent): WjzFile => readWjz(writeWjz(content));

/** Channels are averaged, and then convolved. */
const meanBetween: WjzContent = {
  manifest: parseGraphManifest({
    format: 'wjz',
    version: '2.0',
    requires: ['graph', 'conv2d', 'global-average-pool', 'flatten'],
    input: { kind: 'image', width: 8, height: 8, channels: 3 },
    outputs: ['out'],
    layers: [
      { type: 'global-average-pool', name: 'a' },
      { type: 'conv2d', name: 'b', weight: { tensor: 'b.weight' } },
      { type: 'flatten' },
      { type: 'linear', name: 'out', inFeatures: 4, outFeatures: 2, weight: { tensor: 'c.weight' } },
    ],
  }),
  jpegs: new Map(),
  tensors: new Map([
    ['b.weight', fromFloat32(seededValues(12, 1), [4, 3, 1, 1], 'F32')],
    ['c.weight', fromFloat32(seededValues(8, 2), [2, 4], 'F32')],
  ]),
};

describe('networks that C cannot run', () => {
  const vector = (): WjzFile =>
    reread(
      compress(randomNetwork([16, 8, 4]), { ...options(4, 4), input: { kind: 'vector', length: 16 } })
        .content,
    );
  it.each<[string, () => WjzFile, string]>([
    ['a graph with branches', () => reread(graphContent()), "'sum' takes or gives other values"],
    [
      'a mean of channels between convolutions',
      () => reread(meanBetween),
      'no C for operators: conv2d after global-average-pool',
    ],
    ['a network of vectors', vector, 'the network takes a vector, expected a picture'],
    [
      'weights with offsets',
      () => reread(compress(randomNetwork([64, 8, 4]), options(8, 8, { layers: ['fc0'] })).content),
      'weights with offsets',
    ],
  ])('%s is refused in one line', async (_, file, message) => {
    const error = await exportC(file()).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: 'EXPORT_OPERATOR', kind: 'unsupported' });
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).not.toContain('\n');
  });

  it('options are checked', async () => {
    await expect(exportC(chain([flatten, linear(64, 3)]), { name: '1x' })).rejects.toMatchObject({
      code: 'OPTION_VALUE',
    });
  });
});
