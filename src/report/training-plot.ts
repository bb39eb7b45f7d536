import type { EpochReport } from '../train/trainer.ts';
import { html, type Markup } from './markup.ts';

const WIDTH = 720;
const HEIGHT = 400;
const MARGIN = { left: 64, right: 72, top: 40, bottom: 48 };

/** A run as an SVG picture: held-out error (left axis) and estimated bytes (right axis, logarithmic) by epoch. */
export function plotRun(history: readonly EpochReport[], title: string): string {
  const errors = history.map(({ validationError }) => (validationError ?? NaN) * 100);
  const bytes = history.map(({ estimatedBytes }) => estimatedBytes.reduce((sum, value) => sum + value, 0));
  const x = (index: number): number => {
    const inner = WIDTH - MARGIN.left - MARGIN.right;
    return MARGIN.left + (inner * index) / Math.max(1, history.length - 1);
  };
  const known = errors.filter(Number.isFinite);
  const error = axis(0, Math.min(10, Math.max(1, ...known)), (value) => value);
  const size = axis(Math.min(...bytes) / 1.2, Math.max(...bytes) * 1.1, Math.log);
  const parts = [
    text(MARGIN.left, 22, 'start', '#222', title, 15),
    text(MARGIN.left, HEIGHT - 10, 'start', '#222', 'epoch'),
    html`<path d="M${MARGIN.left} ${MARGIN.top}V${HEIGHT - MARGIN.bottom}H${WIDTH - MARGIN.right}V${MARGIN.top}" fill="none" stroke="#888"/>`,
    ...ticks(0, history.length - 1, 8).map((index) =>
      text(x(index), HEIGHT - MARGIN.bottom + 18, 'middle', '#222', String(history[index]?.epoch ?? '')),
    ),
    ...ticks(Math.min(...bytes), Math.max(...bytes), 4).map((value) =>
      text(WIDTH - MARGIN.right + 8, size(value) + 4, 'start', BYTES, String(value)),
    ),
    text(WIDTH - 8, MARGIN.top - 12, 'end', BYTES, 'bytes of coefficients'),
    line(
      bytes.map((value, i) => [x(i), size(value)]),
      BYTES,
    ),
  ];
  if (known.length > 0) {
    parts.push(
      ...[0, 0.25, 0.5, 0.75, 1].map((part) => {
        const value = part * Math.min(10, Math.max(1, ...known));
        return text(MARGIN.left - 8, error(value) + 4, 'end', ERROR, `${value.toFixed(1)}%`);
      }),
      text(MARGIN.left, MARGIN.top - 4, 'start', ERROR, 'held-out error'),
      line(
        errors.flatMap((value, i) => (Number.isFinite(value) ? [[x(i), error(Math.min(10, value))]] : [])),
        ERROR,
      ),
    );
  }
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
${parts.map(
  (part) => html`${part}
`,
)}</svg>
`.text;
}

const ERROR = '#b03a2e';
const BYTES = '#1f618d';

function axis(low: number, high: number, scale: (value: number) => number): (value: number) => number {
  const bottom = scale(low);
  const range = scale(high) - bottom || 1;
  const inner = HEIGHT - MARGIN.top - MARGIN.bottom;
  return (value) => HEIGHT - MARGIN.bottom - (inner * (scale(value) - bottom)) / range;
}

/** Round numbers between two values, about `count` of them. */
function ticks(low: number, high: number, count: number): number[] {
  const rough = Math.max(1, (high - low) / count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.ceil(low / step);
  const length = Math.max(0, Math.floor(high / step) - first + 1);
  return Array.from({ length }, (_, i) => (first + i) * step);
}

function line(points: readonly (readonly number[])[], colour: string): Markup {
  const list = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
  return html`<polyline points="${list}" fill="none" stroke="${colour}" stroke-width="2"/>`;
}

function text(x: number, y: number, anchor: string, colour: string, content: string, size = 12): Markup {
  return html`<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${colour}" font-size="${size}">${content}</text>`;
}
