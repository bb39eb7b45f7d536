import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compress } from '../../src/compress/compress.ts';
import { DEFAULT_LIMITS } from '../../src/format/limits.ts';
import { parseManifest } from '../../src/format/manifest.ts';
import { readWjz, readZipEntry } from '../../src/format/read.ts';
import { writeWjz } from '../../src/format/write.ts';
import { readZipDirectory } from '../../src/format/zip.ts';
import { mulberry32 } from '../../src/random.ts';
import { loadNetwork } from '../../src/runtime/load-network.ts';
import type { Network } from '../../src/weights/network.ts';
import { reconstructWeights } from '../../src/weights/reconstruct.ts';
import { hasLibjpeg, libjpeg, NEEDS_LIBJPEG } from '../jpeg/libjpeg-tools.ts';
import { buildZip } from './zip-builder.ts';

/** The files open with tools that know nothing of wjpeg. Absent tools are skipped, and the suite's name says so. */
const has = (tool: string, option: string): boolean => spawnSync(tool, [option]).status === 0;
const hasUnzip = has('unzip', '-v');
const hasPython = has('python3', '--version');
const NEEDS_UNZIP = hasUnzip ? '' : ' (skipped: unzip is not installed)';
const NEEDS_PYTHON = `${hasPython ? '' : ' (skipped: python3 is not installed)'}${NEEDS_LIBJPEG}`;

const DATA = join(import.meta.dirname, '../../data');
const folder = mkdtempSync(join(tmpdir(), 'wjpeg-elsewhere-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A model with what the embedded ones lack: matrices, symmetric maps, tiles that are not square, float32. */
function otherModel(): Uint8Array {
  const random = mulberry32(11);
  const floats = (length: number): Float32Array => Float32Array.from({ length }, () => random() - 0.4);
  const linear = (name: string, inFeatures: number, outFeatures: number) => ({
    type: 'linear' as const,
    name,
    inFeatures,
    outFeatures,
    weights: floats(inFeatures * outFeatures),
    bias: name === 'b' ? null : floats(outFeatures),
  });
  const { content } = compress(
    { layers: [linear('a', 13 * 9, 11), { type: 'relu' }, linear('b', 11, 19), linear('c', 19, 3)] },
    {
      input: {
        kind: 'image',
        width: 13,
        height: 9,
        channels: 1,
        mean: 0,
        std: 1,
        preprocessing: { background: 'dark', fit: 'contain' },
      },
      quality: 70,
      layout: 'auto',
      map: 'symmetric',
      scope: 'row',
      layers: ['a', 'b'],
      rest: 'F32',
    },
  );
  return writeWjz(content);
}

/** The same, with every default written out. */
function fullForm(bytes: Uint8Array): Uint8Array {
  const file = readWjz(bytes);
  const [manifest, ...others] = readZipDirectory(bytes, DEFAULT_LIMITS).map((entry) => ({
    name: entry.name,
    content: readZipEntry(bytes, entry),
  }));
  return buildZip([
    { ...manifest, content: new TextEncoder().encode(JSON.stringify(file.manifest)), method: 8 },
    ...others,
  ]);
}

writeFileSync(join(folder, 'other.wjz'), otherModel());
writeFileSync(join(folder, 'other-full.wjz'), fullForm(otherModel()));
const models = [
  ...readdirSync(DATA)
    .filter((name) => name.endsWith('.wjz'))
    .map((name) => join(DATA, name)),
  join(folder, 'other.wjz'),
  join(folder, 'other-full.wjz'),
].map((path) => ({ path, name: path.split('/').pop() as string }));

describe.each(models)('$name', ({ path }) => {
  const file = readWjz(new Uint8Array(readFileSync(path)));

  describe.skipIf(!hasUnzip)(`unzip${NEEDS_UNZIP}`, () => {
    test('finds no errors', () => {
      expect(execFileSync('unzip', ['-t', path], { encoding: 'utf8' })).toContain('No errors detected');
    });

    test('gives the manifest, which parses, and the JPEGs as they are', () => {
      const unzip = (entry: string): Buffer => execFileSync('unzip', ['-p', path, entry]);
      expect(parseManifest(JSON.parse(unzip('model.json').toString('utf8')))).toEqual(file.manifest);
      expect(file.jpegs.size).toBeGreaterThan(0);
      for (const [entry, jpeg] of file.jpegs) expect(Buffer.compare(unzip(entry), jpeg)).toBe(0);
    });
  });

  test.skipIf(!hasLibjpeg)(`djpeg decodes every JPEG${NEEDS_LIBJPEG}`, () => {
    for (const jpeg of file.jpegs.values()) {
      expect(Buffer.from(libjpeg('djpeg', ['-pnm'], jpeg)).toString('latin1', 0, 3)).toBe('P5\n');
    }
  });

  describe.skipIf(!hasPython || !hasLibjpeg)(`a reader in Python${NEEDS_PYTHON}`, () => {
    let output: string;
    let theirs: { entries: string[]; layers: number; tensors: string[] };
    const numbers = (part: string, layer: number): Float64Array => {
      const bytes = readFileSync(join(output, `${part}-${layer}.f64`));
      return new Float64Array(new Uint8Array(bytes).buffer);
    };

    beforeAll(() => {
      output = mkdtempSync(join(folder, 'python-'));
      const script = join(import.meta.dirname, 'read_wjz.py');
      theirs = JSON.parse(execFileSync('python3', [script, path, output], { encoding: 'utf8' }));
    });

    test('finds the same entries and tensors', () => {
      expect(theirs.entries).toEqual(file.entries.map((entry) => entry.name));
      expect(theirs.tensors).toEqual([...file.tensors.keys()]);
    });

    test('reads the same tensors to the last bit', () => {
      const { nodes } = loadNetwork(file, 'coefficient');
      expect(theirs.layers).toBe(nodes.length);
      nodes.forEach((node, index) => {
        const bias = node.bias ?? new Float32Array(node.outFeatures);
        expect(numbers('bias', index)).toEqual(Float64Array.from(bias));
        if (node.kind === 'dense') {
          expect(numbers('weights', index)).toEqual(Float64Array.from(node.weights));
        }
      });
    });

    test('computes the exact weights from pixels, within half a grey level', () => {
      // What float32 in djpeg adds to half a level.
      expect(maxLevels(loadNetwork(file, 'coefficient'), exactClamped)).toBeLessThanOrEqual(0.501);
    });

    test('computes the expanded weights: two decoders round to the same level or its neighbour', () => {
      const matrix = loadNetwork(file, 'expanded');
      const max = maxLevels(loadNetwork(file, 'coefficient'), (_stage, index) => {
        const node = matrix.nodes[index];
        if (node.kind !== 'dense') throw new Error('expected matrices');
        return node.weights;
      });
      expect(max).toBeLessThanOrEqual(1.001);
    });

    /** The greatest difference to Python's weights of the layers kept as JPEGs, in grey levels of their rows. */
    function maxLevels(
      network: Network,
      weightsOf: (node: CoefficientNode, index: number) => ArrayLike<number>,
    ): number {
      let max = 0;
      let compared = 0;
      network.nodes.forEach((node, index) => {
        if (node.kind === 'dense') return;
        const ours = weightsOf(node, index);
        const other = numbers('weights', index);
        expect(other.length).toBe(node.outFeatures * node.inFeatures);
        for (let i = 0; i < other.length; i++) {
          const difference = Math.abs(other[i] - ours[i]) / scaleOf(node, Math.floor(i / node.inFeatures));
          // Written so that NaN counts as the greatest difference.
          if (!(difference <= max)) max = difference;
          compared++;
        }
      });
      expect(compared).toBeGreaterThan(0);
      return max;
    }
  });
});

type CoefficientNode = Exclude<Network['nodes'][number], { kind: 'dense' }>;

function scaleOf(node: CoefficientNode, row: number): number {
  return node.scale[node.scale.length === 1 ? 0 : row];
}

/** The exact weights, their samples clamped to 0…255 as a picture decoder does. */
function exactClamped(node: CoefficientNode): Float64Array {
  return reconstructWeights(node).map((weight, index) => {
    const row = Math.floor(index / node.inFeatures);
    const scale = scaleOf(node, row);
    const offset = node.offset ? node.offset[node.offset.length === 1 ? 0 : row] : 0;
    return scale * Math.min(Math.max((weight - offset) / scale, -128), 127) + offset;
  });
}
