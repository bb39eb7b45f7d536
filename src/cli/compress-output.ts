import { DEFAULT_QUALITY } from '../compress/compress-layer.ts';
import { risksAccuracy } from '../compress/fidelity.ts';
import type { LayerReport } from '../compress/report.ts';
import type { Compressed } from '../compress/trial.ts';
import type { InputSpec } from '../format/manifest.ts';
import { paintNotice } from '../terminal/colors.ts';
import { formatBytes, formatDensity, formatPercent, formatRatio } from '../text/numbers.ts';
import { formatTable } from '../text/table.ts';
import { visibleText } from '../visible-text.ts';
import { nextCommand } from './next-command.ts';

/** How pictures of weights are laid out; other weights are tensors. */
const LAYOUTS: readonly string[] = ['rows', 'matrix', 'taps'];

/** Accuracy of the original and of the stored network, 0…1, on the same pictures. */
export interface Accuracy {
  readonly before: number;
  readonly after: number;
  readonly pictures: number;
  /** Which pictures, for people. */
  readonly measuredOn: string;
  /** Whether a network that somebody else trained may have learnt from them. */
  readonly maybeSeen: boolean;
}

/** Points of accuracy whose loss is a reason to warn. */
const WARN_POINTS = 1;
/** How much less than its stated accuracy, 0…1, an original may have on other pictures. */
const STATED_MARGIN = 0.03;
/** An accuracy up to this many times that of guessing is hardly what a network was trained for. */
const GUESSING = 1.2;

/** What `wjpeg compress` prints: one row per layer, totals, what was measured, and warnings at the end. */
export function printCompression(printed: {
  readonly output: string;
  readonly compressed: Compressed;
  readonly accuracy: Accuracy | undefined;
  readonly isSearch: boolean;
  readonly warnings: readonly string[];
}): string {
  const { output, compressed, accuracy, isSearch, warnings } = printed;
  const { file, quality, result } = compressed;
  const { layers, denseBytes, fidelity } = result;
  const rows = [['layer', 'shape', 'stored as', 'float32', 'stored', 'ratio', 'nonzeros/weight', 'error']];
  for (const layer of layers) {
    rows.push([
      layer.name,
      layer.shape.join('×'),
      LAYOUTS.includes(layer.storedAs) ? `JPEG, ${layer.storedAs}` : layer.storedAs,
      formatBytes(layer.denseBytes),
      formatBytes(layer.bytes),
      formatRatio(layer.denseBytes / layer.bytes),
      formatDensity(layer.density),
      formatPercent(layer.relativeError),
    ]);
  }
  const lines = [formatTable(rows), ''];
  if (isSearch && quality !== undefined) lines.push(`Quality ${quality} meets the target.`);
  lines.push(
    `answers on ${fidelity.probes} ${inputsOf(result)}: ${formatPercent(fidelity.agreement)} the same, ` +
      `relative error ${formatPercent(fidelity.relativeError)}`,
  );
  if (accuracy)
    lines.push(
      `accuracy ${formatPercent(accuracy.before)} → ${formatPercent(accuracy.after)} on ${visibleText(accuracy.measuredOn)}`,
    );
  if (!accuracy && result.content.manifest.input.kind === 'image')
    lines.push('accuracy not measured: use --validation DIR to name labelled pictures');
  if (accuracy?.maybeSeen)
    lines.push('(a network that was trained elsewhere may have seen these; --validation DIR names others)');
  lines.push(
    `${visibleText(output)}: ${file.length} bytes, ${formatRatio(denseBytes / file.length)} smaller than float32 (${formatBytes(denseBytes)})`,
    ...warnings.map((warning) => paintNotice(visibleText(warning), process.stdout)),
  );
  return `${lines.join('\n')}\n`;
}

/** What the answers were compared on. */
function inputsOf({ comparedOn }: Compressed['result']): string {
  return comparedOn === 'calibration' ? 'inputs of the calibration' : 'probe inputs';
}

/** How a network was compressed, as far as the next command depends on it. */
export interface CompressCall {
  /** The words behind the name of the program. */
  readonly words: readonly string[];
  readonly quality: number | undefined;
  readonly calibrate: string | undefined;
  readonly targetBytes: number | undefined;
}

/** What a user should know at the end: hints first, the worst last. */
export function compressionWarnings(
  call: CompressCall,
  { quality, result }: Compressed,
  accuracy: Accuracy | undefined,
  input: InputSpec,
): string[] {
  const { fidelity, layers, content } = result;
  const { settings, denseAccuracy } = content.manifest.origin ?? {};
  const hints = [sizeHint(input), accuracy && originalHint(accuracy, layers, denseAccuracy)];
  const warnings = hints.flatMap((hint) => (hint === undefined ? [] : [`hint: ${hint}`]));
  const advice = nextStep(call, quality, Number(settings?.maxError));
  const lost = accuracy && 100 * (accuracy.before - accuracy.after);
  if (lost !== undefined && lost > WARN_POINTS) {
    warnings.push(`warning: ${lost.toFixed(2)} points of accuracy are lost; ${advice}`);
  } else if (lost === undefined && risksAccuracy(fidelity, result.comparedOn)) {
    warnings.push(
      `warning: the answers differ from the original's by ${formatPercent(fidelity.relativeError)} on ${inputsOf(result)}, ` +
        `accuracy may be lost; ${advice}`,
    );
  }
  return warnings;
}

/** The command that loses less. `quality`, `maxError`: as they were used. */
function nextStep(
  { words, quality: named, calibrate, targetBytes }: CompressCall,
  quality: number | undefined,
  maxError: number,
): string {
  if (targetBytes !== undefined) {
    return `try more bytes: ${nextCommand(words, { 'target-bytes': String(2 * targetBytes) })}`;
  }
  if (calibrate !== undefined && quality !== 100) {
    const better = Math.min(100, 2 * (quality ?? DEFAULT_QUALITY));
    return `try ${nextCommand(words, { quality: String(better), 'max-error': undefined })}`;
  }
  // What only a quality has use for goes with it.
  const without = { quality: undefined, map: undefined, scale: undefined };
  if (named !== undefined) return `try without --quality: ${nextCommand(words, without)}`;
  const bound = Number((maxError / 2).toPrecision(2));
  return `try ${nextCommand(words, { 'max-error': String(bound > 0 ? bound : 0.01) })}`;
}

/** An original that is not as good as it is said to be, or no better than guessing, was probably read or fed wrongly. */
function originalHint(
  { before }: Accuracy,
  layers: readonly LayerReport[],
  stated: number | undefined,
): string | undefined {
  const settings = 'check that --mean, --std, --background and --architecture match its training';
  if (stated !== undefined && stated - before > STATED_MARGIN) {
    return `the stated accuracy of the original is ${formatPercent(stated)}, but it reaches ${formatPercent(before)} here; ${settings}`;
  }
  const outputs = layers[layers.length - 1].shape[0];
  if (before > GUESSING / outputs) return undefined;
  return `the original itself is right for only ${formatPercent(before)} of these pictures; ${settings}`;
}

/** Inputs that look like a picture without a named size. */
function sizeHint(input: InputSpec): string | undefined {
  if (input.kind !== 'vector') return undefined;
  const { length } = input;
  const side = Math.sqrt(length);
  if (side >= 8 && Number.isInteger(side))
    return `${length} inputs may be a ${side}×${side} picture; if so, --input ${side}x${side} makes the file smaller and lets it take pictures`;
  const colourSide = Math.sqrt(length / 3);
  if (colourSide >= 8 && Number.isInteger(colourSide))
    return `${length} inputs may be a colour picture of ${colourSide}×${colourSide}, which is not supported yet; they are taken as a plain vector`;
  return undefined;
}

/** What the file left open and how it was decided. */
export function printNotes(notes: readonly string[]): string {
  return notes.map((note) => `${visibleText(note)}\n\n`).join('');
}
