import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { fromFloat32 } from '../../src/safetensors/from-float32.ts';
import { writeSafetensors } from '../../src/safetensors/write.ts';
import { smoothLayer } from '../compress/networks.ts';

/** The same model, compressed and run by processes that differ in what must not matter. */
const folder = mkdtempSync(join(tmpdir(), 'wjpeg-repeatable-'));
afterAll(() => rmSync(folder, { recursive: true }));

const model = join(folder, 'model.safetensors');
writeFileSync(
  model,
  writeSafetensors(
    new Map(
      [smoothLayer('0', 256, 26, 16), smoothLayer('2', 26, 10)].flatMap((layer) => [
        [`${layer.name}.weight`, fromFloat32(layer.weights, [layer.outFeatures, layer.inFeatures], 'F32')],
        [`${layer.name}.bias`, fromFloat32(layer.bias as Float32Array, [layer.outFeatures], 'F32')],
      ]),
    ),
  ),
);

/** Compresses in every way, and prints for each the hash of the file and of its logits' bits. */
const PROGRAM = `
  import { createHash } from 'node:crypto';
  import { readFileSync } from 'node:fs';
  const library = (name) => import(process.env.WJPEG_LIBRARY + name + '.js');
  const { InferenceSession } = await library('index');
  const { compress } = await library('compress');
  const { networkFromStateDict, readSafetensors, writeWjz } = await library('format');
  const network = networkFromStateDict(readSafetensors(new Uint8Array(readFileSync(process.env.WJPEG_MODEL))));
  const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');
  // Threads share out a batch as it comes: who takes what must not matter.
  const WAYS = [
    { backends: ['reference'] },
    ...[{}, { memory: 'compact' }, { memory: 'stream' }, { precision: 'int16' }, { threads: 3 }].map((way) => ({ ...way, backends: ['wasm'] })),
  ];
  const input = { kind: 'image', width: 16, height: 16, channels: 1, mean: 0.13, std: 0.31, preprocessing: { background: 'dark', fit: 'contain' } };
  for (const layout of ['auto', 'matrix']) for (const map of ['min-max', 'symmetric'])
    for (const scope of ['row', 'layer']) for (const coding of [{}, { progressive: true }, { entropy: 'arithmetic' }, { entropy: 'auto' }]) {
      const { content } = compress(network, { input, quality: 30, layout, map, scope, layers: ['0', '2'], rest: 'F16', ...coding });
      const bytes = writeWjz(content);
      const hashes = [];
      // The coding of the file is forgotten once it is decoded: one backend shows that.
      for (const way of 'progressive' in coding || 'entropy' in coding ? WAYS.slice(0, 2) : WAYS) {
        const session = await InferenceSession.create(bytes, way);
        const batch = Float32Array.from({ length: 40 * 256 }, (_, k) => Math.sin(k));
        const logits = [await session.runBatch(batch.slice(0, 256), 1), await session.runBatch(batch, 40)];
        hashes.push(...logits.map((each) => hash(new Uint8Array(each.buffer))));
        session.dispose();
      }
      console.log([JSON.stringify({ layout, map, scope, ...coding }), hash(bytes), ...hashes].join(' '));
    }
`;

/** A clock that stands at a day in 2096. */
const LATER = `data:text/javascript,${encodeURIComponent(`
  globalThis.Date = class extends Date {
    constructor(...words) { super(...(words.length > 0 ? words : [4e12])); }
    static now() { return 4e12; }
  };
`)}`;

function run(environment: Record<string, string>, ...flags: string[]): string[] {
  const library = pathToFileURL(join(import.meta.dirname, '..', '..', 'dist', 'src', '/')).href;
  const output = execFileSync(process.execPath, [...flags, '--input-type=module', '-e', PROGRAM], {
    env: { ...process.env, ...environment, WJPEG_LIBRARY: library, WJPEG_MODEL: model },
    encoding: 'utf8',
  });
  return output.trim().split('\n');
}

describe('the same input and settings give the same file, and the same logits to the bit', () => {
  const usual = run({});

  test('there are files of every setting, and they differ', () => {
    expect(usual.length).toBe(32);
    // The smallest coding may be one of the others.
    expect(new Set(usual.map((line) => line.split(' ')[1])).size).toBeGreaterThanOrEqual(24);
  });

  test('three threads give what one gives, to the bit', () => {
    const plain = usual.map((line) => line.split(' ').slice(2)).filter(({ length }) => length === 12);
    expect(plain).toHaveLength(8);
    for (const hashes of plain) expect(hashes.slice(-2)).toEqual(hashes.slice(2, 4));
  });

  test('files of every coding give the logits of the plain one, to the bit', () => {
    const hashes = usual.map((line) => line.split(' ').slice(2));
    hashes.forEach((each, index) => {
      expect(each.length).toBeGreaterThanOrEqual(4);
      expect(each.slice(0, 4)).toEqual(hashes[index - (index % 4)].slice(0, 4));
    });
  });

  test.each([
    [
      'at another time, in another time zone and language',
      { TZ: 'Pacific/Kiritimati', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
      ['--import', LATER],
    ],
    ['without the optimising compilers', {}, ['--no-opt', '--no-sparkplug', '--no-wasm-tier-up']],
    ['without the quick compiler of WebAssembly', {}, ['--no-liftoff']],
  ] as [string, Record<string, string>, string[]][])('%s', (_, environment, flags) => {
    expect(run(environment, ...flags)).toEqual(usual);
  });
});
