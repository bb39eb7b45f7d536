import { WjpegError } from '../errors.ts';
import type { TensorInput } from '../image/vectors.ts';
import { closest } from '../options/closest.ts';
import { show } from '../options/rules.ts';
import type { TensorMetadata } from './metadata.ts';

/** Inputs by name: a `Tensor`, or what has `data` and `dims` as one has. */
export type Feeds = Readonly<Record<string, TensorInput>>;

/**
 * Values of the one input of a network and how many inputs they are.
 *
 * @throws WjpegError `INPUT_NAME`, `INPUT_TYPE`, `INPUT_SHAPE`, `INPUT_LENGTH`
 */
export function readFeeds(
  feeds: unknown,
  [{ name, shape }]: readonly TensorMetadata[],
): { values: Float32Array; batch: number } {
  const isObject = typeof feeds === 'object' && feeds !== null && !ArrayBuffer.isView(feeds);
  if (!isObject || Array.isArray(feeds)) {
    throw misuse(
      'INPUT_TYPE',
      `run takes tensors by name, { ${name}: new Tensor(…) }, not ${show(feeds)}; infer and classify take pictures and vectors`,
    );
  }
  const unknown = Object.keys(feeds).filter((key) => key !== name);
  if (unknown.length > 0 || !(name in feeds)) {
    const given = unknown.length > 0 ? `unknown input '${unknown[0]}'` : 'no input is given';
    throw misuse('INPUT_NAME', `${given}, expected '${name}' (infer and classify take pictures and vectors)`);
  }
  const {
    data,
    dims,
    type = 'float32',
  } = (feeds as Record<string, Partial<TensorInput> & { type?: unknown }>)[name];
  if (!(data instanceof Float32Array) || type !== 'float32') {
    throw misuse(
      'INPUT_TYPE',
      `input '${name}' is ${show(type === 'float32' ? data : type)}, expected a tensor of float32`,
    );
  }
  const extents = shape.slice(1) as number[];
  const features = extents.reduce((product, extent) => product * extent, 1);
  const [batch, ...rest] = Array.isArray(dims) ? (dims as readonly number[]) : [];
  const fits = [extents.join(), String(features)].includes(rest.join());
  if (!fits || !(Number.isSafeInteger(batch) && batch > 0)) {
    const flat = extents.length > 1 ? ` or [batch, ${features}]` : '';
    throw misuse(
      'INPUT_SHAPE',
      `input '${name}' has dims ${show(dims)}, expected [${shape.join(', ')}]${flat}`,
    );
  }
  if (data.length !== batch * features) {
    throw misuse(
      'INPUT_LENGTH',
      `input '${name}' has ${data.length} values for dims ${show(dims)}, expected ${batch * features}`,
    );
  }
  return { values: data, batch };
}

/**
 * Refuses names of values that a network does not have.
 *
 * @throws WjpegError `OUTPUT_NAME`
 */
export function checkFetches(
  fetches: unknown,
  known: readonly string[],
): asserts fetches is readonly string[] {
  if (!Array.isArray(fetches) || fetches.length === 0) {
    throw misuse(
      'OUTPUT_NAME',
      `fetches are ${show(fetches)}, expected an array of names, of: ${known.join(', ')}`,
    );
  }
  for (const name of fetches) {
    if (known.includes(name)) continue;
    const meant = typeof name === 'string' ? closest(name, known) : undefined;
    throw misuse(
      'OUTPUT_NAME',
      `unknown output ${show(name)}, expected one of: ${known.join(', ')}${meant ? ` (did you mean '${meant}'?)` : ''}`,
    );
  }
}

function misuse(
  code: 'INPUT_NAME' | 'INPUT_TYPE' | 'INPUT_SHAPE' | 'INPUT_LENGTH' | 'OUTPUT_NAME',
  message: string,
): WjpegError {
  return new WjpegError('misuse', code, message);
}
