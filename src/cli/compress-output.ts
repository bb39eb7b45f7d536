import { visibleText } from '../visible-text.ts';
import type { InputSpec } from '../wjz/manifest.ts';
import { paintNotice } from './colors.ts';
import type { Compressed } from './compress-search.ts';
import { formatBytes, formatPercent, formatRatio, formatTable } from './format.ts';

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

/**
 * From here on the answers on probe inputs are a reason to warn. Provisional: measured networks lost up to 0.7 points at 0.08;
 * between there and 0.6, where accuracy is known to break down, nothing has been measured.
 */
const WARN_ERROR = 0.15;
/** Points of accuracy whose loss is a reason to warn. */
const WARN_POINTS = 1;

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
  const rows = [['layer', 'shape', 'stored as', 'float32', 'stored', 'ratio', 'density', 'error']];
  for (const layer of layers) {
    rows.push([
      layer.name,
      layer.shape.join('×'),
      layer.storedAs === 'rows' || layer.storedAs === 'matrix' ? `JPEG, ${layer.storedAs}` : layer.storedAs,
      formatBytes(layer.denseBytes),
      formatBytes(layer.bytes),
      formatRatio(layer.denseBytes / layer.bytes),
      formatPercent(layer.density),
      formatPercent(layer.relativeError),
    ]);
  }
  const lines = [formatTable(rows), ''];
  if (isSearch && quality !== undefined) lines.push(`Quality ${quality} meets the target.`);
  lines.push(
    `answers on ${fidelity.probes} probe inputs: ${formatPercent(fidelity.agreement)} the same, ` +
      `relative error ${formatPercent(fidelity.relativeError)}`,
  );
  if (accuracy)
    lines.push(
      `accuracy ${percent(accuracy.before)} → ${percent(accuracy.after)} on ${visibleText(accuracy.measuredOn)}`,
    );
  if (accuracy?.maybeSeen)
    lines.push('(a network that was trained elsewhere may have seen these; --validation DIR names others)');
  lines.push(
    `${visibleText(output)}: ${file.length} bytes, ${formatRatio(denseBytes / file.length)} smaller than float32 (${formatBytes(denseBytes)})`,
    ...warnings.map((warning) => paintNotice(visibleText(warning), process.stdout)),
  );
  return `${lines.join('\n')}\n`;
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(2)}%`;
}

/** What a user should know at the end: hints first, the worst last. */
export function compressionWarnings(
  options: { readonly model: string; readonly output: string; readonly input: string | undefined },
  { quality, result }: Compressed,
  accuracy: Accuracy | undefined,
  input: InputSpec,
): string[] {
  const warnings: string[] = [];
  const hint = sizeHint(input);
  if (hint) warnings.push(`hint: ${hint}`);
  const { relativeError } = result.fidelity;
  const lost = accuracy && 100 * (accuracy.before - accuracy.after);
  const command = `wjpeg compress ${options.model} -o ${options.output}${options.input ? ` --input ${options.input}` : ''}`;
  const advice =
    quality === undefined ? `try ${command} --max-error 0.02` : `try without --quality: ${command}`;
  if (lost !== undefined && lost > WARN_POINTS) {
    warnings.push(`warning: ${lost.toFixed(2)} points of accuracy are lost; ${advice}`);
  } else if (lost === undefined && !(relativeError <= WARN_ERROR)) {
    warnings.push(
      `warning: the answers differ from the original's by ${formatPercent(relativeError)} on probe inputs, accuracy may be lost; ${advice}`,
    );
  }
  return warnings;
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
