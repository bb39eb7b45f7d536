/** Numbers and tables as people read them. */
import { visibleText } from '../visible-text.ts';

export {
  formatBytes,
  formatDensity,
  formatMicroseconds,
  formatPercent,
  formatRatio,
} from '../report/format.ts';

/** A text table: the first column flush left, the others flush right. Cells may hold any text: it is made visible. */
export function formatTable(cells: readonly (readonly string[])[]): string {
  const rows = cells.map((row) => row.map(visibleText));
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((width, row) => Math.max(width, (row[column] ?? '').length), 0),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A time in seconds, as people read it: 4 s, 1 min 05 s, 2 h 03 min. */
export function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (count: number): string => String(count).padStart(2, '0');
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}
