import { WjpegError } from '../errors.ts';
import { readSafetensors } from '../safetensors/read.ts';
import { ELEMENT_BYTES, type Tensor } from '../safetensors/tensor.ts';
import { writeSafetensors } from '../safetensors/write.ts';
import type { AdamVector } from './adam.ts';
import type { TrainOptions } from './options.ts';
import type { EpochReport, Trainer } from './trainer.ts';

/**
 * A run between two epochs, as a safetensors file: per sheet of weights its latents with both moments (F32) and the factor of
 * its steps, per table the logarithms of steps, per node biases and normalisations (F64), each with both moments of Adam, and
 * running moments; the state of the run is JSON in a tensor of bytes.
 */

const STATE = 'state';
const VERSION = 2;

/** Everything that determines the rest of a run. */
interface RunState {
  readonly version: typeof VERSION;
  readonly history: readonly EpochReport[];
  readonly random: number;
  readonly options: TrainOptions;
  /** Number of pictures of the data, and a CRC-32 over them and their labels. */
  readonly pictures: number;
  readonly checksum: number;
  /** A CRC-32 over the weights and biases of the teacher, if there is one. */
  readonly teacher?: number | undefined;
  /** Scale of each sheet of weights, null where its table is not fixed yet. */
  readonly scales: readonly (number | null)[];
}

/** Everything needed to continue training as if it had never stopped, as the bytes of a safetensors file. */
export function writeCheckpoint(trainer: Trainer): Uint8Array {
  const tensors = new Map<string, Tensor>();
  const state: RunState = {
    version: VERSION,
    history: trainer.history,
    random: trainer.random.state,
    options: trainer.options,
    pictures: trainer.data.count,
    checksum: trainer.checksum,
    teacher: trainer.teacherChecksum,
    scales: trainer.sheets.map(({ scale }) => scale ?? null),
  };
  for (const [name, array] of arrays(trainer)) tensors.set(name, asTensor(array));
  trainer.tables.forEach(({ quantization }, i) => {
    if (quantization) tensors.set(tableName(i), bytesTensor(Uint8Array.from(quantization)));
  });
  tensors.set(STATE, bytesTensor(new TextEncoder().encode(JSON.stringify(state))));
  return writeSafetensors(tensors);
}

/**
 * Refuses what is no checkpoint, whatever its run.
 *
 * @throws WjpegError `CHECKPOINT_STATE`, `SAFETENSORS_…`
 */
export function checkCheckpoint(bytes: Uint8Array): void {
  readState(readSafetensors(bytes));
}

/**
 * Restores the state of a checkpoint in a trainer with the same options and data.
 *
 * @throws WjpegError `CHECKPOINT_STATE` and `CHECKPOINT_TENSOR` for files that are not checkpoints,
 * `CHECKPOINT_OTHER_RUN` for one of another run, `SAFETENSORS_…` for damaged files
 */
export function restoreCheckpoint(trainer: Trainer, bytes: Uint8Array): void {
  const tensors = readSafetensors(bytes);
  const state = readState(tensors);
  const difference = firstDifference(trainer, state);
  if (difference)
    throw new WjpegError(
      'misuse',
      'CHECKPOINT_OTHER_RUN',
      `the checkpoint belongs to another run: ${difference}`,
    );
  const found = [...arrays(trainer)].map(([name, array]) => [array, take(tensors, name, array)] as const);
  const isFixed = state.scales.every((scale) => scale !== null);
  const tables = trainer.tables.map((_, i) =>
    isFixed ? take(tensors, tableName(i), new Uint8Array(64)) : undefined,
  );
  for (const [array, tensor] of found) {
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(tensor.data);
  }
  trainer.tables.forEach((table, i) => {
    const fixed = tables[i];
    table.quantization = fixed && Uint16Array.from(fixed.data);
  });
  trainer.sheets.forEach((sheet, i) => {
    sheet.scale = state.scales[i] ?? undefined;
  });
  trainer.history = state.history;
  trainer.random.state = state.random;
}

function tableName(index: number): string {
  return `table.${index}`;
}

function* arrays(trainer: Trainer): Generator<[string, Float32Array | Float64Array]> {
  for (const [i, { logSteps }] of trainer.tables.entries()) yield* ofAdam(`table.${i}.steps`, logSteps);
  for (const { node, weights, bias, normalization } of trainer.parameters) {
    const { name } = node;
    if (weights) {
      const { latent, first, second, logFactor } = weights.sheet;
      yield [`${name}.latent`, latent.values];
      yield [`${name}.latent.first`, first.values];
      yield [`${name}.latent.second`, second.values];
      yield* ofAdam(`${name}.factor`, logFactor);
    }
    if (bias) yield* ofAdam(`${name}.bias`, bias.adam);
    if (normalization) {
      yield* ofAdam(`${name}.scale`, normalization.scale.adam);
      yield* ofAdam(`${name}.offset`, normalization.offset.adam);
      yield [`${name}.mean`, normalization.mean];
      yield [`${name}.variance`, normalization.variance];
    }
  }
}

function* ofAdam(name: string, { values, first, second }: AdamVector): Generator<[string, Float64Array]> {
  yield [name, values];
  yield [`${name}.first`, first];
  yield [`${name}.second`, second];
}

/** WebAssembly memory shared with typed arrays requires a little-endian platform; the file is little-endian too. */
function asTensor(array: Float32Array | Float64Array): Tensor {
  const data = new Uint8Array(array.buffer, array.byteOffset, array.byteLength).slice();
  return { dtype: array instanceof Float32Array ? 'F32' : 'F64', shape: [array.length], data };
}

function bytesTensor(data: Uint8Array): Tensor {
  return { dtype: 'U8', shape: [data.length], data };
}

function take(
  tensors: ReadonlyMap<string, Tensor>,
  name: string,
  like: Float32Array | Float64Array | Uint8Array,
): Tensor {
  const tensor = tensors.get(name);
  if (
    tensor?.data.length !== like.byteLength ||
    ELEMENT_BYTES[tensor.dtype] !== like.byteLength / like.length
  ) {
    throw new WjpegError(
      'corrupt',
      'CHECKPOINT_TENSOR',
      `not a checkpoint: tensor '${name}' is missing or has the wrong type or shape`,
    );
  }
  return tensor;
}

function readState(tensors: ReadonlyMap<string, Tensor>): RunState {
  const tensor = tensors.get(STATE);
  try {
    if (tensor?.dtype !== 'U8') throw new TypeError(`no tensor '${STATE}'`);
    const state = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(tensor.data)) as RunState;
    // Their parameters had other names.
    if (Number(state.version) < VERSION)
      throw new TypeError(
        `it is of an older version of wjpeg (${state.version}, expected ${VERSION}): name another file to train from the start`,
      );
    if (state.version !== VERSION) throw new TypeError(`version ${state.version}, expected ${VERSION}`);
    if (
      !Array.isArray(state.history) ||
      !state.history.every((report) => Array.isArray(report?.estimatedBytes)) ||
      !Number.isInteger(state.random) ||
      typeof state.options !== 'object' ||
      !Array.isArray(state.scales) ||
      !state.scales.every((scale) => scale === null || scale > 0)
    ) {
      throw new TypeError('a field is missing or has the wrong type');
    }
    return state;
  } catch (cause) {
    const { message } = cause as Error;
    throw new WjpegError('corrupt', 'CHECKPOINT_STATE', `not a checkpoint: ${message}`, { cause });
  }
}

/** The first difference between the run's options and data and the trainer's. */
function firstDifference(
  trainer: Trainer,
  { options, pictures, checksum, teacher }: RunState,
): string | undefined {
  if (pictures !== trainer.data.count)
    return `it was trained on ${pictures} pictures, the data has ${trainer.data.count}`;
  if (checksum !== trainer.checksum) return 'its pictures or labels are others';
  if (teacher !== trainer.teacherChecksum) return 'its teacher is another';
  for (const [name, wanted] of Object.entries(trainer.options)) {
    const had = (options as unknown as Record<string, unknown>)[name];
    if (JSON.stringify(had) !== JSON.stringify(wanted)) {
      return `its ${name} is ${JSON.stringify(had)}, not ${JSON.stringify(wanted)}`;
    }
  }
  return undefined;
}
