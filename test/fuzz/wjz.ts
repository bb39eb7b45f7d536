import { readFileSync } from 'node:fs';
import { readWjz } from '../../src/format/read.ts';
import { writeWjz } from '../../src/format/write.ts';
import { loadNetwork } from '../../src/runtime/load-network.ts';
import { fullContent, fullEntries } from '../format/contents.ts';
import { type ArchiveOptions, buildZip, type RawEntry } from '../format/zip-builder.ts';
import { jpeg } from './jpeg.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { mutateJson } from './mutate-json.ts';
import type { Random } from './random.ts';
import { mutateSafetensors, SAFETENSORS_SEEDS } from './safetensors.ts';
import type { Target } from './target.ts';

/** Lower than the defaults, so that they are met. */
export const LIMITS = { maxEntryBytes: 2 ** 18, maxTotalBytes: 2 ** 19, maxLayerWeights: 2 ** 19 };

const embedded = ['mnist-lenet-300-100-trained.wjz', 'mnist-mlp-512-trained.wjz'].map(
  (name) => new Uint8Array(readFileSync(new URL(`../../data/${name}`, import.meta.url))),
);
const seeds = [writeWjz(fullContent()), ...embedded];

/** The entries of a file, to be changed and zipped again. */
export function entriesOf(bytes: Uint8Array): RawEntry[] {
  const { manifest, jpegs, tensors } = readWjz(bytes);
  return fullEntries({}, { manifest, jpegs, tensors }).filter(
    ({ name }) => name !== 'dense.safetensors' || tensors.size > 0,
  );
}

const contents = [fullEntries(), ...embedded.map(entriesOf)];

const NAMES = [
  'model.json',
  'a.jpg',
  '../a.jpg',
  '/a',
  'a/b',
  'C:\\a',
  '.',
  '..',
  '',
  'a\u0000',
  'A.JPG',
  'é',
  'x',
];

/** An archive of `original`, with changes in the content of an entry or in what surrounds it. */
export function mutateArchive(
  original: readonly RawEntry[],
  random: Random,
  mutateJpeg: (jpeg: Uint8Array, random: Random) => Uint8Array,
): Uint8Array {
  const entries = original.map((entry) => ({ ...entry }));
  if (random.chance(0.7)) {
    const index = random.below(entries.length);
    entries[index] = { ...entries[index], content: mutateContent(entries[index], random, mutateJpeg) };
    return buildZip(entries);
  }
  const options: { -readonly [Key in keyof ArchiveOptions]: ArchiveOptions[Key] } = {};
  for (let changes = 1 + random.below(2); changes > 0; changes--) {
    const index = random.below(entries.length);
    const entry = entries[index];
    const side = random.pick(['both', 'local', 'central'] as const);
    switch (random.below(9)) {
      case 0:
        entries.splice(index, 1);
        break;
      case 1:
        entries.splice(random.below(entries.length), 0, entry);
        break;
      case 2:
        entries[index] = { ...entry, name: random.pick(NAMES) };
        break;
      case 3:
        entries[index] = { ...entry, method: random.pick([0, 8, 9, 12, 99]) };
        break;
      case 4:
        // Deflate data that are not what the entry holds, or end elsewhere.
        entries[index] = { ...entry, both: { method: 8 }, packed: mutateBytes(entry.content, random) };
        break;
      case 5: {
        const field = random.pick(['flags', 'method', 'crc', 'packedBytes', 'bytes', 'headerOffset', 'disk']);
        const max = ['flags', 'method', 'disk'].includes(field) ? 65535 : 2 ** 32 - 1;
        entries[index] = { ...entry, [side]: { [field]: random.size(max) } };
        break;
      }
      case 6:
        entries[index] = {
          ...entry,
          gap: random.bytes(random.below(5)),
          [side]: { extra: random.bytes(random.below(9)) },
        };
        break;
      case 7: {
        const field = random.pick([
          'disk',
          'directoryDisk',
          'entriesHere',
          'entries',
          'directoryBytes',
          'directoryOffset',
        ] as const);
        const max = field.startsWith('directoryB') || field.startsWith('directoryO') ? 2 ** 32 - 1 : 65535;
        options.end = { ...options.end, [field]: random.size(max) };
        break;
      }
      default:
        options[random.pick(['beforeDirectory', 'inDirectory', 'trailing'] as const)] = random.bytes(
          random.below(40),
        );
    }
    if (entries.length === 0) break;
  }
  return buildZip(entries, options);
}

function mutateContent(
  { name, content }: RawEntry,
  random: Random,
  mutateJpeg: (jpeg: Uint8Array, random: Random) => Uint8Array,
): Uint8Array {
  if (name.endsWith('.jpg')) {
    return random.chance(0.5) ? mutateBytes(content, random) : mutateJpeg(content, random);
  }
  if (name === 'model.json') {
    if (random.chance(0.2)) return mutateBytes(content, random);
    if (random.chance(0.01)) {
      const depth = random.below(20_000);
      return new TextEncoder().encode(
        `{"format":"wjz","version":"2.0","x":${'['.repeat(depth)}${']'.repeat(depth)}}`,
      );
    }
    return new TextEncoder().encode(
      JSON.stringify(mutateJson(JSON.parse(new TextDecoder().decode(content)), random)),
    );
  }
  if (random.chance(0.2)) return mutateBytes(content, random);
  return mutateSafetensors(random.chance(0.8) ? content : random.pick(SAFETENSORS_SEEDS), random);
}

export const wjz: Target = {
  seeds,
  generate: (random) => mutateArchive(random.pick(contents), random, () => jpeg.generate(random)),
  read(bytes, variant) {
    const file = readWjz(bytes, variant % 1001 === 0 ? {} : LIMITS);
    loadNetwork(file, 'coefficient');
    if (variant % 8 === 0) loadNetwork(file, 'expanded');
    if (variant % 8 === 1) writeWjz(file);
  },
  memoryCap: wjzMemoryCap,
};

/** Entries once unpacked, tensors as float32, layers as nonzeros or as a matrix: at most what the limits let through. */
export function wjzMemoryCap({ length }: Uint8Array): number {
  return 2 ** 24 + 500 * length;
}
