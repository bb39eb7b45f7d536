import type { CompressResult } from '../compress/compress.ts';
import { visibleText } from '../visible-text.ts';
import { formatBytes, formatPercent, formatRatio, formatTable } from './format.ts';

/** What `wjpeg compress` prints: a row a layer, and totals. `foundQuality`: what a search for a target came to. */
export function printCompression(
  output: string,
  file: Uint8Array,
  { layers, denseBytes }: CompressResult,
  foundQuality: number | undefined,
): string {
  const rows = [['layer', 'shape', 'stored as', 'float32', 'stored', 'ratio', 'density', 'PSNR']];
  for (const layer of layers) {
    rows.push([
      layer.name,
      layer.shape.join('×'),
      layer.storedAs === 'rows' || layer.storedAs === 'matrix' ? `JPEG, ${layer.storedAs}` : layer.storedAs,
      formatBytes(layer.denseBytes),
      formatBytes(layer.bytes),
      formatRatio(layer.denseBytes / layer.bytes),
      formatPercent(layer.density),
      layer.psnr === undefined ? '' : `${layer.psnr.toFixed(1)} dB`,
    ]);
  }
  const total = `${visibleText(output)}: ${file.length} bytes, ${formatRatio(denseBytes / file.length)} smaller than float32 (${formatBytes(denseBytes)})`;
  const found = foundQuality === undefined ? '' : `Quality ${foundQuality} meets the target.\n`;
  return `${formatTable(rows)}\n\n${found}${total}\n`;
}

/** What the file left open and how it was decided. */
export function printNotes(notes: readonly string[]): string {
  return notes.map((note) => `${visibleText(note)}\n\n`).join('');
}
