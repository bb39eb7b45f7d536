import { visibleText } from '../visible-text.ts';

/** A text table: the first columns flush left (`left` of them), the others flush right. Cells may hold any text: it is made visible. */
export function formatTable(cells: readonly (readonly string[])[], left = 1): string {
  const rows = cells.map((row) => row.map(visibleText));
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((width, row) => Math.max(width, (row[column] ?? '').length), 0),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column < left ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
