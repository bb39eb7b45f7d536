import { describe, expect, it } from 'vitest';
import { isInstalled } from '../../../bench/microcontrollers/programs.ts';
import { compress } from '../../../src/compress/compress.ts';
import type { ImageInputSpec } from '../../../src/format/manifest.ts';
import { readWjz, type WjzFile } from '../../../src/format/read.ts';
import { writeWjz } from '../../../src/format/write.ts';
import { chainNetwork } from '../../../src/runtime/ready-network.ts';
import { options, randomNetwork } from '../../compress/networks.ts';
import { average, chain, conv, flatten, type Layer, linear, pool, relu } from './chains.ts';
import { logitError, programLogits, referenceLogits, strokes, tried } from './models.ts';

const noGcc = isInstalled('gcc') ? undefined : 'gcc is not installed';

/** Small networks, each of which needs a part of the C that others do not. */
describe.skipIf(noGcc)(`small networks in C${noGcc ? `: skipped, ${noGcc}` : ''}`, () => {
  it.each<[what: string, layers: readonly Layer[], input?: Partial<ImageInputSpec>]>([
    ['two linear layers', [flatten, linear(64, 9), relu, linear(9, 3)]],
    ['two linear layers without a ReLU', [flatten, linear(64, 9), linear(9, 3)], { mean: 0.3, std: 0.2 }],
    [
      'channels of different deviations',
      [flatten, linear(90, 3)],
      { width: 6, height: 5, channels: 3, mean: [0.5, 0.4, 0.3], std: [0.2, 0.3, 0.25] },
    ],
    [
      'padding and steps that differ by side and axis',
      [conv([4, 3, 3, 2], { pads: [2, 0, 1, 1], strides: [2, 1] }), relu, flatten, linear(112, 3)],
      { width: 7, height: 6, channels: 3, mean: 0.4 },
    ],
    [
      'steps along a line only',
      [conv([3, 1, 2, 2], { strides: [1, 2] }), conv([2, 3, 1, 3]), flatten, linear(28, 3)],
    ],
    ['pools that are no squares', [pool({ kernel: [1, 2], strides: [1, 2] }), flatten, linear(32, 3)]],
    [
      'pools that leave a line and a column over',
      [conv([4, 1, 1, 1]), relu, pool({ kernel: [3, 2], strides: [3, 2] }), flatten, linear(24, 3)],
      { width: 7, height: 8 },
    ],
    [
      'a mean of channels',
      [conv([6, 1, 3, 3], { pads: [1, 1, 1, 1] }), relu, average, flatten, linear(6, 5), relu, linear(5, 3)],
    ],
    ['a mean of the picture', [average, flatten, linear(3, 3)], { channels: 3, mean: 0.5, std: 0.25 }],
  ])('%s: answers as of the backend reference', async (_, layers, input) => {
    const network = await tried(chain(layers, input));
    const pictures = strokes(network.input, 8);
    // A white picture is the largest input that there is.
    pictures.fill(255, 0, pictures.length / 8);
    const given = programLogits(network, network.program.buildHost('host', '-O0'), pictures);
    expect(given).toHaveLength(8);
    expect(network.exported.tableBytes).toBe(bytesOfTables(network.exported.source));
    expect(logitError(given, await referenceLogits(network, pictures))).toBeLessThan(0.02);
  });

  it('neurons behind the first layer that are pictures, too', async () => {
    const compressed = compress(
      randomNetwork([64, 64, 5]),
      options(8, 8, { map: 'symmetric', layout: 'rows', layers: ['fc0', 'fc1'], quality: 80 }),
    );
    const network = await tried(readWjz(writeWjz(compressed.content)));
    const pictures = strokes(network.input, 8);
    const given = programLogits(network, network.program.buildHost('host', '-O0'), pictures);
    expect(logitError(given, await referenceLogits(network, pictures))).toBeLessThan(0.02);
  });

  it.each<[what: string, sizes: number[], layers: string[], scope: 'row' | 'layer']>([
    ['neurons that are pictures', [80, 20, 5], ['fc0'], 'row'],
    ['blocks of a matrix behind them', [80, 20, 12, 5], ['fc0', 'fc1'], 'row'],
    ['coefficients with one scale per layer', [80, 20, 12, 5], ['fc0', 'fc1', 'fc2'], 'layer'],
    ['blocks of a matrix behind dense weights', [80, 20, 12, 5], ['fc1'], 'layer'],
  ])('%s: answers as of the backend reference', async (_, sizes, layers, scope) => {
    const compressed = compress(
      randomNetwork(sizes),
      options(10, 8, { map: 'symmetric', scope, layers, quality: 80 }),
    );
    const network = await tried(readWjz(writeWjz(compressed.content)));
    const pictures = strokes(network.input, 8);
    const program = network.program.buildHost('host', '-O0');
    expect(network.exported.tableBytes).toBe(bytesOfTables(network.exported.source));
    expect(
      logitError(programLogits(network, program, pictures), await referenceLogits(network, pictures)),
    ).toBeLessThan(0.02);
    // Sums as large as they can become: what is clamped beyond the range of drawn pictures is off, what wraps around is wrong.
    const largest = await extremes(network.file);
    const clamped = programLogits(network, program, largest);
    expect(logitError(clamped, await referenceLogits(network, largest))).toBeLessThan(0.25);
  });
});

/** For each neuron of the first layer the pictures for which it is the most and the least. */
async function extremes(file: WjzFile): Promise<Uint8Array> {
  const { nodes } = await chainNetwork(file, 'expanded', {});
  const [first] = nodes;
  if (first.kind !== 'dense') throw new TypeError('expanded layers are dense');
  const pictures = [...first.weights].map((weight) => (weight > 0 ? 255 : 0));
  return Uint8Array.from([...pictures, ...pictures.map((sample) => 255 - sample)]);
}

/** Of all tables of the source; the zeros of padding are in flash, too, and copied from there. */
function bytesOfTables(source: string): number {
  const tables = [...source.matchAll(/^static const u?int(\d+)_t \w+\[(\d+)\](?: FLASH)? =/gm)];
  return tables.reduce((sum, [, bits, count]) => sum + (Number(bits) / 8) * Number(count), 0);
}
