import { unzipSync } from 'fflate';
import { readWjz } from '../../src/format/read.ts';
import { writeWjz } from '../../src/format/write.ts';
import { multiplications } from '../../src/graph/multiplications.ts';
import { elementCount } from '../../src/graph/shape.ts';
import { OPERATOR_TYPES } from '../../src/operators/index.ts';
import { storedGraph } from '../../src/runtime/graph/stored-graph.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import { graphContent } from '../format/graph-contents.ts';
import { buildZip, type RawEntry } from '../format/zip-builder.ts';
import { colourNetwork } from '../graph/colour-network.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { mutateJson } from './mutate-json.ts';
import type { Random } from './random.ts';
import type { Target } from './target.ts';
import { LIMITS, wjzMemoryCap } from './wjz.ts';

const seeds = [writeWjz(graphContent()), await colourNetwork()];
/** Entries as the files have them. */
const contents = seeds.map((seed) =>
  Object.entries(unzipSync(seed)).map(([name, content]): RawEntry => ({ name, content })),
);

/** What `requires` never lists. */
const CHAIN = ['linear', 'relu', 'softmax'];

/** Graphs up to these are run. */
const MAX_RUN = { multiplications: 2 ** 17, elements: 2 ** 15 };

type Layer = Record<string, unknown>;
interface Manifest {
  requires: string[];
  outputs?: unknown;
  input: Layer;
  layers: Layer[];
}

/** Numbers of attributes, most of them valid somewhere. */
const NUMBERS = [0, 1, 2, 3, 7, 8, -1, 16, 255, 4096, 65_535, 65_536, 2 ** 24, 2 ** 26, 2 ** 31, 0.5];
const ATTRIBUTES: readonly ((random: Random) => Layer)[] = [
  (random) => ({ pads: numbers(random, random.pick([4, 4, 2, 6])) }),
  (random) => ({ strides: numbers(random, 2), dilations: numbers(random, 2) }),
  (random) => ({ kernel: numbers(random, 2), ceilMode: random.chance(0.5) }),
  (random) => ({ size: numbers(random, 2), scales: numbers(random, 2), antialias: random.chance(0.5) }),
  (random) => ({ mode: random.pick(['linear', 'cubic', 'nearest', 'edge', 'reflect', 'CRD']) }),
  (random) => ({ shape: numbers(random, 1 + random.below(4)) }),
  (random) => ({ repeats: numbers(random, 1 + random.below(3)) }),
  (random) => ({ axes: numbers(random, 1 + random.below(3)), axis: random.pick(NUMBERS) }),
  (random) => ({ indices: numbers(random, random.below(5)), groups: random.pick(NUMBERS) }),
  (random) => ({ starts: numbers(random, 3), lengths: numbers(random, 3), steps: numbers(random, 3) }),
  (random) => ({ permutation: numbers(random, 3), blockSize: random.pick(NUMBERS) }),
  (random) => ({ slope: { tensor: 'p.slope' }, operand: { tensor: random.pick(['c.bias', 'first.scale']) } }),
];

function numbers(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => (random.chance(0.7) ? random.below(4) : random.pick(NUMBERS)));
}

/** Graphs that are wired, shaped or grown otherwise; `requires` lists their operators. */
function mutateGraph(manifest: Manifest, random: Random): void {
  const { layers } = manifest;
  const names = () => ['input', ...layers.map(({ name, type }, at) => String(name ?? `${type} ${at}`))];
  for (let changes = 1 + random.below(3); changes > 0; changes--) {
    const at = random.below(layers.length);
    switch (random.below(7)) {
      case 0:
        // Of a later layer too, and of itself.
        layers[at].inputs = Array.from({ length: random.pick([1, 1, 2, 3]) }, () => random.pick(names()));
        break;
      case 1: {
        let before = random.pick(names());
        const copies = random.pick([2, 2, 3, 8]);
        for (let times = random.below(40); times >= 0; times--) {
          const name = `bomb ${layers.length}`;
          layers.push({
            type: random.pick(['concatenate', 'add']),
            name,
            inputs: Array(copies).fill(before),
          });
          before = name;
        }
        break;
      }
      case 2:
        layers[at] = { ...layers[at], type: random.pick(OPERATOR_TYPES), ...random.pick(ATTRIBUTES)(random) };
        break;
      case 3:
        layers.splice(at, 0, { type: random.pick(OPERATOR_TYPES), ...random.pick(ATTRIBUTES)(random) });
        break;
      case 4:
        Object.assign(layers[at], random.pick(ATTRIBUTES)(random));
        break;
      case 5:
        manifest.outputs = Array.from({ length: 1 + random.below(3) }, () => random.pick(names()));
        break;
      default:
        Object.assign(manifest.input, {
          width: random.pick(NUMBERS),
          height: random.pick([1, 2, 32, 2 ** 24]),
        });
    }
  }
  manifest.requires = [
    'graph',
    ...new Set(layers.map(({ type }) => String(type)).filter((type) => !CHAIN.includes(type))),
  ];
}

function mutate(original: readonly RawEntry[], random: Random): Uint8Array {
  const entries = original.map((entry) => {
    if (entry.name !== 'model.json')
      return random.chance(0.05) ? { ...entry, content: mutateBytes(entry.content, random) } : entry;
    const manifest = JSON.parse(new TextDecoder().decode(entry.content)) as Manifest;
    if (random.chance(0.8)) mutateGraph(manifest, random);
    const value = random.chance(0.3) ? mutateJson(manifest, random) : manifest;
    return { ...entry, content: new TextEncoder().encode(JSON.stringify(value)) };
  });
  return buildZip(entries);
}

/** Models that are graphs: read, planned, and run where they are small. */
export const graph: Target = {
  seeds,
  generate: (random) => mutate(random.pick(contents), random),
  async read(bytes, variant) {
    const file = readWjz(bytes, variant % 1001 === 0 ? {} : LIMITS);
    if (file.manifest.outputs === undefined) return;
    const { graph: planned } = await storedGraph(file, 'coefficient', {});
    const elements = [...planned.shapes.values()].reduce((sum, shape) => sum + elementCount(shape), 0);
    if (multiplications(planned) > MAX_RUN.multiplications || elements > MAX_RUN.elements) return;
    const backend = variant % 4 === 0 ? 'wasm' : 'reference';
    const session = await InferenceSession.fromFile(file, { backends: [backend] });
    try {
      const logits = await session.runBatch(new Float32Array(session.inFeatures).fill(0.5), 1);
      if (logits.length !== session.outFeatures) throw new Error(`${logits.length} logits`);
    } finally {
      session.dispose();
    }
  },
  // Weights once as JPEGs hold them and once expanded; what is run has 2^15 elements at most, in float64.
  memoryCap: (bytes) => 2 * wjzMemoryCap(bytes),
};
