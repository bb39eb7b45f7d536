import * as Plot from '@observablehq/plot';
import { drawPlot, svgFile } from '../svg.ts';
import type { LargeTiming } from './report.ts';

/** Times of square layers by size and path, the fastest memory mode; one column of panels a batch size, one row a precision. */
export function plotGrowth(timings: readonly LargeTiming[]): string {
  const rows = inPanels(timings.filter(({ memory }) => memory === 'speed')).map(
    ({ batch, image, ...row }) => ({
      ...row,
      batch: `batch ${batch}`,
      microseconds: image,
    }),
  );
  return plot(rows, 'microseconds', '↑ microseconds an image (median)', { fx: 'batch', fy: 'panel' });
}

/** What sessions say that they hold after the greatest batch, by size, path and memory mode. */
export function plotMemory(timings: readonly LargeTiming[]): string {
  const batch = Math.max(...timings.map((one) => one.batch));
  const rows = inPanels(timings.filter((one) => one.batch === batch)).map((row) => ({
    ...row,
    bytes: row.residentBytes,
  }));
  return plot(rows, 'bytes', '↑ resident bytes', { fx: 'panel' });
}

/** A panel a precision of the coefficients; dense matrices, which have one, stand in each, to be compared with. */
function inPanels(timings: readonly LargeTiming[]): (LargeTiming & { panel: string })[] {
  const precisions = [
    ...new Set(timings.flatMap(({ path, precision }) => (path === 'coefficient' ? [precision] : []))),
  ];
  return timings.flatMap((one) =>
    (one.path === 'coefficient' ? [one.precision] : precisions).map((precision) => ({
      ...one,
      panel: precision,
    })),
  );
}

function plot(
  rows: readonly { readonly size: number; readonly series: string }[],
  y: string,
  label: string,
  facets: { fx: string; fy?: string },
): string {
  const names = [...new Set(rows.map(({ series }) => series))];
  const colors = ['#444444', '#c2410c', '#1d4ed8', '#0f766e', '#7e22ce', '#0891b2', '#be185d'];
  // Expanded costs what dense does: its line lies on that one.
  const expanded = rows.filter(({ series }) => series === 'expanded');
  const others = rows.filter(({ series }) => series !== 'expanded');
  const legend = names.map((name, i) => {
    const before = names.slice(0, i).reduce((sum, { length }) => sum + length * 7 + 28, 16);
    return `<text x="${before}" y="36" text-anchor="start" fill="${colors[i]}">● ${name}</text>`;
  });
  return svgFile(
    drawPlot(
      {
        width: 880,
        height: facets.fy ? 640 : 400,
        marginTop: 84,
        marginBottom: 56,
        marginLeft: 70,
        marginRight: 70,
        x: { type: 'log', base: 2, label: 'in-features = out-features →', labelOffset: 44, tickFormat: 'd' },
        y: { type: 'log', label, grid: true },
        fx: { label: null },
        fy: { label: null },
        color: { domain: names, range: colors.slice(0, names.length) },
        marks: [
          Plot.frame({ stroke: '#dddddd' }),
          Plot.line(others, { ...facets, x: 'size', y, stroke: 'series' }),
          Plot.line(expanded, { ...facets, x: 'size', y, stroke: 'series', strokeDasharray: '4 4' }),
          Plot.dot(rows, { ...facets, x: 'size', y, fill: 'series', r: 3 }),
        ],
      },
      legend.join(''),
    ),
  );
}
