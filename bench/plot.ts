import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { CaseResult } from './cases.ts';

/** Time an image by backend and path, one panel a batch size, on a logarithmic scale; an SVG document. */
export function plotTimes(results: readonly CaseResult[]): string {
  const { document } = parseHTML('<html><body></body></html>');
  const rows = results.map((result) => ({
    path: result.path,
    backend: result.backend,
    batch: `batch ${result.batch}`,
    microseconds: result.image,
  }));
  const figure = Plot.plot({
    document: document as unknown as Document,
    width: 880,
    height: 120 + 60 * new Set(rows.map((row) => row.batch)).size,
    marginLeft: 90,
    marginRight: 90,
    style: { background: 'white', color: 'black', fontFamily: 'system-ui, sans-serif', fontSize: '12px' },
    x: { type: 'log', label: 'microseconds an image (median) →', grid: true },
    y: { label: null },
    fy: { label: null },
    symbol: { legend: false, domain: ['dense', 'matrix', 'coefficient'] },
    color: { domain: ['dense', 'matrix', 'coefficient'], range: ['#444444', '#c2410c', '#1d4ed8'] },
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
  });
  return standalone(figure.outerHTML);
}

/** An SVG element as a file of its own. */
function standalone(svg: string): string {
  const named = svg.includes('xmlns=') ? svg : svg.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"');
  return `<?xml version="1.0" encoding="UTF-8"?>\n${named}\n`;
}
