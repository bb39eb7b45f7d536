import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

const FONT = 'system-ui, sans-serif';

/** A plot of Observable Plot as SVG text. `extra`: elements drawn on top of it; Plot's own legends and titles are HTML. */
export function drawPlot(options: Plot.PlotOptions, extra = ''): string {
  const { document } = parseHTML('<html><body></body></html>');
  const figure = Plot.plot({
    document: document as unknown as Document,
    style: { background: 'white', color: 'black', fontFamily: FONT, fontSize: '12px' },
    ...options,
  });
  return figure.outerHTML.replace(/<\/svg>$/, `${extra}</svg>`);
}

/** A title above the middle of a plot. */
export function titleText(title: string, width: number): string {
  return `<text x="${width / 2}" y="20" text-anchor="middle" font-family="${FONT}" font-size="15" font-weight="600">${title}</text>`;
}

/** A line of text in the middle of a sheet. */
export function noteText(text: string, width: number, y: number): string {
  return `<text x="${width / 2}" y="${y}" text-anchor="middle" font-family="${FONT}" font-size="13" fill="#b91c1c">${text}</text>`;
}

/** A plot as a file of its own. */
export function svgFile(plot: string): string {
  const named = plot.includes('xmlns=')
    ? plot
    : plot.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"');
  return `<?xml version="1.0" encoding="UTF-8"?>\n${named}\n`;
}

/** Plots and other elements on white as a file of its own. */
export function svgSheet(width: number, height: number, parts: readonly string[]): string {
  return svgFile(
    [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
      `<rect width="${width}" height="${height}" fill="white"/>`,
      ...parts,
      '</svg>',
    ].join('\n'),
  );
}
