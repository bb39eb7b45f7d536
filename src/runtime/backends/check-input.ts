import { WjpegError } from '../../errors.ts';
import type { LinearNode } from '../../weights/network.ts';
import type { InputKind } from './backend.ts';

/** Values per input of each kind; 0 coefficients if the first node takes none. */
export type InputWidths = Readonly<Record<InputKind, number>>;

/**
 * Refuses an input that is not a Float32Array of batch × width values. Returns the width.
 *
 * @throws WjpegError `INPUT_LENGTH`, `INPUT_TYPE`
 */
export function checkLength(
  input: Float32Array,
  batch: number,
  kind: InputKind,
  widths: InputWidths,
): number {
  const width = widths[kind];
  if (!(input instanceof Float32Array) || !width) {
    throw new WjpegError('misuse', 'INPUT_TYPE', `expected a Float32Array of ${kind}`);
  }
  if (batch > 0 && Number.isInteger(batch) && input.length === batch * width) return width;
  throw new WjpegError(
    'misuse',
    'INPUT_LENGTH',
    `${input.length} ${kind} for a batch of ${batch}, expected ${batch} × ${width}`,
  );
}

/** `checkLength`, and that all values are finite. */
export function checkInput(input: Float32Array, batch: number, kind: InputKind, widths: InputWidths): number {
  const width = checkLength(input, batch, kind, widths);
  requireFinite(input);
  return width;
}

/**
 * Refuses NaN and infinities. Some GPUs compute max(0, NaN) = 0 and would hide them.
 * `first`: index of the first value in the caller's array.
 *
 * @throws WjpegError `INPUT_NOT_FINITE`
 */
export function requireFinite(values: Float32Array, first = 0): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw new WjpegError(
      'misuse',
      'INPUT_NOT_FINITE',
      `input value ${first + i} is ${values[i]}, expected finite numbers`,
    );
  }
}

/** The widths of a network's inputs. */
export function inputWidths(first: LinearNode): InputWidths {
  return { values: first.inFeatures, coefficients: first.kind === 'rows' ? first.coefficients.columns : 0 };
}
