import { join } from 'node:path';
import type { WjzFile } from '../../src/format/read.ts';
import type { BackendName, MemoryMode } from '../../src/runtime/backends/backend.ts';
import { loadNetwork } from '../../src/runtime/load-network.ts';
import { type Entrant, TOLERANCE } from '../subjects/section.ts';
import type { PeerName, SubjectSpec } from '../subjects/subject.ts';
import type { Role } from './ratios.ts';
import { type Competitor, MODEL_NAMES, MODELS, type ModelName, PRECISIONS_OF } from './targets.ts';
import type { WeightFiles } from './weights.ts';

/** A subject and the part that it plays in the tables. */
export interface Entry extends Entrant {
  readonly role: Role;
}

export interface FieldOptions {
  readonly threads: number;
  readonly backend: BackendName;
  readonly memory: readonly MemoryMode[];
  readonly files: ReadonlyMap<ModelName, WjzFile>;
  /** What peers run in the place of the models at quality 20, and of the trained one. */
  readonly original: WeightFiles;
  readonly expanded: WeightFiles;
}

export const DATA = 'data';

/** Everyone who is timed on a number of threads. */
export function field(options: FieldOptions): Entry[] {
  const stored: readonly ModelName[] = ['q20', 'q20-row'];
  return [
    ...MODEL_NAMES.flatMap((model) => ours(model, options)),
    ...theirs('original', options.original, stored, options),
    ...theirs('trained', options.expanded, ['trained'], options),
  ];
}

function ours(model: ModelName, { threads, backend, memory, files }: FieldOptions): Entry[] {
  const file = files.get(model) as WjzFile;
  const coefficients = loadNetwork(file, 'coefficient');
  const path = join(DATA, MODELS[model].file);
  const common = { who: 'wjpeg', model: path, backend, threads } as const;
  const entries = memory.flatMap((mode) =>
    PRECISIONS_OF[model].map(
      (precision): Entry => ({
        name: `wjpeg ${model} ${precision}${mode === 'speed' ? '' : ` ${mode}`}`,
        role: { side: 'ours', model, precision, memory: mode },
        spec: { ...common, path: 'coefficient', precision, memory: mode },
        network: coefficients,
        tolerance: TOLERANCE[precision],
      }),
    ),
  );
  return [
    ...entries,
    {
      name: `wjpeg ${model} expanded path`,
      role: { side: 'theirs', competitor: 'our expanded path', models: [model] },
      spec: { ...common, path: 'expanded', precision: 'float32', memory: 'speed' },
      network: loadNetwork(file, 'expanded'),
      tolerance: TOLERANCE.float32,
    },
  ];
}

function theirs(
  weights: string,
  files: WeightFiles,
  models: readonly ModelName[],
  { threads, backend }: FieldOptions,
): Entry[] {
  const { network } = files;
  const entry = (
    kind: string,
    competitor: Competitor,
    spec: SubjectSpec,
    precision: keyof typeof TOLERANCE,
  ): Entry => ({
    name: `${kind}, ${weights}`,
    role: { side: 'theirs', competitor, models },
    spec,
    network,
    tolerance: TOLERANCE[precision],
  });
  const peer = (who: PeerName, model: string): SubjectSpec => ({ who, model, threads });
  const [node, web] = ['onnxruntime-node', 'onnxruntime-web'] as const;
  const model = join(DATA, MODELS[models[0]].file);
  const options = { backend, threads, path: 'dense', precision: 'float32', memory: 'speed' } as const;
  return [
    entry(
      'wjpeg dense path',
      'our dense path',
      { who: 'wjpeg', model, dense: files.safetensors, ...options },
      'float32',
    ),
    entry(
      'wjpeg dense path int8',
      'our dense path, int8',
      { who: 'wjpeg', model, dense: files.safetensors, ...options, precision: 'int8' },
      'int8',
    ),
    entry(`${node} float32`, `${node} float32`, peer(node, files.float32), 'float32'),
    entry(`${node} int8 dynamic`, `${node} int8`, peer(node, files.dynamicInt8), 'int8'),
    entry(`${node} int8 static`, `${node} int8`, peer(node, files.staticInt8), 'int8'),
    entry(`${web} float32`, `${web} float32`, peer(web, files.float32), 'float32'),
    entry(`${web} int8 dynamic`, `${web} int8`, peer(web, files.dynamicInt8), 'int8'),
    entry('tfjs-wasm float32', 'tfjs-wasm float32', peer('tfjs-wasm', files.safetensors), 'float32'),
  ];
}
