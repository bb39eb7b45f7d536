import * as Plot from '@observablehq/plot';
import type { CaseResult } from './cases.ts';
import { drawPlot, svgFile } from './svg.ts';

const PATH_STYLES = [
  { path: 'dense', symbol: 'circle', color: '#444444' },
  { path: 'expanded', symbol: 'plus', color: '#c2410c' },
  { path: 'coefficient', symbol: 'diamond', color: '#1d4ed8' },
] as const;

/** Time an image by backend and path, one panel a batch size, on a logarithmic scale; an SVG document. */
export function plotTimes(results: readonly CaseResult[]): string {
  const rows = results.map((result) => ({
    path: result.path,
    backend: result.backend,
    batch: `batch ${result.batch}`,
    microseconds: result.image,
  }));
  const plot = drawPlot(
    {
      width: 880,
      height: 90 + 32 * new Set(rows.map((row) => row.batch + row.backend)).size,
      marginTop: 40,
      marginBottom: 50,
      marginLeft: 90,
      marginRight: 90,
      x: { type: 'log', inset: 8, label: 'microseconds an image (median) →', grid: true },
      y: { label: null },
      fy: { label: null },
      symbol: { domain: styles('path'), range: styles('symbol') },
      color: { domain: styles('path'), range: styles('color') },
      marks: [
        Plot.dot(rows, {
          fy: 'batch',
          y: 'backend',
          x: 'microseconds',
          stroke: 'path',
          fill: 'path',
          symbol: 'path',
          r: 5,
        }),
      ],
    },
    legend(rows),
  );
  return svgFile(plot);
}

function styles(key: 'path' | 'symbol' | 'color'): string[] {
  return PATH_STYLES.map((style) => style[key]);
}

/** Plot's own legends are HTML; a file of its own needs one in SVG. Only paths that were measured are named. */
function legend(rows: readonly { path: string }[]): string {
  const shown = PATH_STYLES.filter(({ path }) => rows.some((row) => row.path === path));
  const marks = { circle: '●', plus: '✚', diamond: '◆' };
  return shown
    .map(
      ({ path, symbol, color }, index) =>
        `<text x="${90 + index * 110}" y="20" fill="${color}">${marks[symbol]} ${path}</text>`,
    )
    .join('');
}
