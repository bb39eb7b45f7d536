import type { WjzFile } from '../../format/reading.ts';
import { checkOptions, flag, type OptionRules } from '../../options/rules.ts';
import { networkGraph } from '../network.ts';
import { integerPlan } from './integers.ts';
import { type ByMachine, stackBytes, tableBytes, variableBytes } from './memory.ts';
import { planC } from './plan.ts';
import { programText } from './program.ts';

export type { ByMachine } from './memory.ts';

/** How to write C. */
export interface ExportCOptions {
  /**
   * Name of the files without `.c` and `.h`, letters, digits, `_`, `-` and `.`; default `model`. Functions and macros begin with
   * it, other characters than letters and digits as `_`.
   */
  readonly name?: string;
  /** Whether to add a function that gives logits as `float`; default false, which leaves the program without any float. */
  readonly float?: boolean;
}

/** A network as C, and what it needs. */
export interface ExportedC {
  /** The text of `<name>.c`. */
  readonly source: string;
  /** The text of `<name>.h`, which the source includes. */
  readonly header: string;
  /** What names begin with. */
  readonly prefix: string;
  /** Bytes of tables in flash; code comes on top. */
  readonly tableBytes: number;
  /** Bytes of static memory. */
  readonly memoryBytes: ByMachine;
  /** Bytes of stack that a call takes at most. */
  readonly stackBytes: ByMachine;
  /** Whether blocks of a JPEG can be given in place of rows of samples. */
  readonly takesBlocks: boolean;
}

const OPTIONS: OptionRules<ExportCOptions> = {
  name: {
    expected: 'a file name of letters, digits, _, - and . that begins with a letter',
    accepts: (value) => typeof value === 'string' && /^[A-Za-z][A-Za-z0-9_.-]{0,99}$/.test(value),
  },
  float: flag,
};

/**
 * Writes a model as a C99 program for machines without an operating system: integers only, no library, no heap. It takes a picture
 * row by row and needs no more of it than a strip; where the first layer's neurons are pictures, blocks of a JPEG too. Weights stay
 * quantised coefficients. All sums are integers of 16 and 32 bits whose ranges are known from the weights, so that every
 * compiler's program gives the same numbers.
 *
 * @param file a model as `readWjz` gives it, or `session.file`: a chain of convolutions, ReLU, max-pools, a mean of channels
 *   and linear layers
 * @throws WjpegError `OPTION_…`; `EXPORT_OPERATOR` for networks that are no such chain; `EXPORT_TOO_LARGE` for more weights than
 *   microcontrollers hold; `JPEG_…` for damaged layers
 */
export async function exportC(file: WjzFile, options: ExportCOptions = {}): Promise<ExportedC> {
  checkOptions('exportC', options, OPTIONS);
  const { name = 'model', float = false } = options;
  const { manifest } = file;
  const plan = integerPlan(planC(await networkGraph(file), manifest.input));
  const prefix = name.replace(/[^A-Za-z0-9]/g, '_');
  const { source, header, bufferSize, outputs } = programText(plan, { name, prefix, float, manifest });
  const variables = variableBytes(plan, outputs);
  const buffers = 2 * bufferSize;
  return {
    source,
    header,
    prefix,
    tableBytes: tableBytes(plan),
    memoryBytes: { avr: variables.avr + buffers, bits32: variables.bits32 + Math.ceil(buffers / 4) * 4 },
    stackBytes: stackBytes(plan),
    takesBlocks: plan.pictures !== undefined,
  };
}
