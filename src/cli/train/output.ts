import { elementCount } from '../../graph/shape.ts';
import type { SkippedFile } from '../../node/picture-folder/skipped.ts';
import { formatBytes, formatDensity, formatPercent, formatRatio, formatSeconds } from '../../text/numbers.ts';
import { formatTable } from '../../text/table.ts';
import type { TrainOptions } from '../../train/options.ts';
import type { EpochReport } from '../../train/trainer.ts';
import { visibleText } from '../../visible-text.ts';
import { commandLine } from '../next-command.ts';
import { type HeldOutResult, printConfidence, printConfusion } from './held-out.ts';

/** A line an epoch. */
export function printEpoch(report: EpochReport, epochs: number): string {
  const { epoch, loss, validationError, estimatedBytes, nonzeros, seconds } = report;
  const parts = [
    `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}`,
    `loss ${loss.toFixed(4)}`,
    ...(validationError === undefined ? [] : [`validation error ${formatPercent(validationError)}`]),
    `about ${formatBytes(Math.round(total(estimatedBytes)))} of coefficients`,
    `${total(nonzeros)} nonzero`,
    `${seconds.toFixed(1)} s`,
    ...(epoch < epochs ? [`${formatSeconds(seconds * (epochs - epoch))} left`] : []),
  ];
  return `${parts.join(' · ')}\n`;
}

/** What a run came to. */
export interface TrainingSummary {
  readonly output: string;
  readonly bytes: number;
  readonly validationError: number | undefined;
  /** What the written file makes of the held-out pictures; absent without any. */
  readonly heldOut?: HeldOutResult;
  readonly layers: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly bytes: number;
    readonly nonzeros: number;
  }[];
  readonly seconds: number;
  readonly options: TrainOptions;
  /** Files of the data that were left out. */
  readonly skipped: readonly SkippedFile[];
  /** A picture to try the model on. */
  readonly sample?: string;
}

export function printTraining(summary: TrainingSummary): string {
  const { output, bytes, validationError, heldOut, layers, seconds, sample } = summary;
  const rows = [['layer', 'shape', 'JPEG', 'nonzeros', 'per weight']];
  let dense = 0;
  for (const { name, shape, bytes: size, nonzeros } of layers) {
    const weights = elementCount(shape);
    dense += weights * 4;
    rows.push([
      name,
      shape.join('×'),
      formatBytes(size),
      String(nonzeros),
      formatDensity(nonzeros / weights),
    ]);
  }
  const error =
    validationError === undefined
      ? ''
      : `, ${formatPercent(validationError)} of the held-out pictures labelled wrongly`;
  const next = sample === undefined ? '' : `\nNext: ${commandLine('wjpeg-infer', [output, sample])}\n`;
  return (
    `${formatTable(rows)}\n\n` +
    (heldOut ? `${printConfusion(heldOut)}${printConfidence(heldOut)}\n` : '') +
    `${visibleText(output)}: ${bytes} bytes, ${formatRatio(dense / bytes)} smaller than float32 (${formatBytes(dense)})${error}; ` +
    `trained in ${formatSeconds(seconds)}\n${next}`
  );
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
