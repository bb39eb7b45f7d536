import { WjpegError } from '../../src/errors.ts';
import { relativeError } from '../../src/runtime/oracle.ts';
import type { SubjectProcess } from './process.ts';

/** The exact logits of input `index`. */
export type ExactAnswer = (index: number) => Float64Array;

/** Inputs are answered in float64 once, however many subjects ask for them. */
export function memoized(compute: ExactAnswer): ExactAnswer {
  const answers = new Map<number, Float64Array>();
  return (index) => {
    let answer = answers.get(index);
    if (!answer) {
      answer = compute(index);
      answers.set(index, answer);
    }
    return answer;
  };
}

/**
 * Greatest relative error of a subject's logits over `batches` batches of a size, at most `rows` evenly chosen rows of each.
 * Throws `BENCH_DISAGREES` beyond `tolerance`, and for logits that are not numbers: what answers wrongly is not timed.
 */
export async function checkAnswers(
  subject: Pick<SubjectProcess, 'ask'>,
  name: string,
  {
    batch,
    batches,
    rows: maxRows,
    exact,
    tolerance,
  }: { batch: number; batches: number; rows: number; exact: ExactAnswer; tolerance: number },
): Promise<number> {
  let max = 0;
  for (let index = 0; index < batches; index++) {
    const { logits } = await subject.ask({ ask: 'answer', batch, index });
    const rows = Math.min(batch, maxRows);
    for (let k = 0; k < rows; k++) {
      // The last row is always among them: it is where a kernel's remainder is.
      const row = rows === 1 ? 0 : Math.round((k * (batch - 1)) / (rows - 1));
      const expected = exact(index * batch + row);
      const outputs = expected.length;
      const error =
        logits.length === batch * outputs
          ? relativeError(logits.subarray(row * outputs, (row + 1) * outputs), expected)
          : NaN;
      // Written so that NaN is refused, too.
      if (!(error <= tolerance)) {
        throw new WjpegError(
          'corrupt',
          'BENCH_DISAGREES',
          `${name}, batch ${batch}, input ${index * batch + row}: relative error ${error.toExponential(1)}, ` +
            `expected at most ${tolerance}: not timed`,
        );
      }
      max = Math.max(max, error);
    }
  }
  return max;
}
