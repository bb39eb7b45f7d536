import * as Plot from '@observablehq/plot';
import { drawPlot, svgSheet, titleText } from '../svg.ts';
import type { ByPartsCurves, CurvePoint } from './curves.ts';
import { scopeName } from './report.ts';

const WIDTH = 900;
const HEIGHT = 440;
const COLORS = { layer: '#0e7490', row: '#b45309' } as const;
const TICKS = [0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 20, 50];
/** Logarithms have no zero. */
const MIN_PERCENT = 0.05;
const LEGEND = { x: 560, y: 44, line: 20 };

interface Dot {
  readonly bytes: number;
  readonly percent: number;
}

/** Bytes received and test error: steps while a progressive file arrives, dots for ordinary files. An SVG document. */
export function plotByParts(curves: readonly ByPartsCurves[], quality: number): string {
  const percents = curves.flatMap(({ partial, ordinary }) => [...partial, ...ordinary].map(dotOf));
  const max = Math.max(...percents.map(({ bytes }) => bytes));
  const min = Math.max(MIN_PERCENT, Math.min(...percents.map(({ percent }) => percent)) / 1.15);
  const ticks = TICKS.filter((value) => value >= min);
  const plot = drawPlot({
    width: WIDTH,
    height: HEIGHT,
    marginTop: 40,
    marginBottom: 48,
    marginLeft: 60,
    marginRight: 30,
    x: { domain: [0, max * 1.04], axis: null },
    y: {
      type: 'log',
      domain: [min, 100],
      axis: null,
    },
    marks: [
      Plot.gridX(),
      Plot.gridY(ticks),
      Plot.axisX({
        tickFormat: (bytes: number) => `${bytes / 1000} kB`,
        label: 'bytes received',
        labelAnchor: 'center',
        labelArrow: 'none',
      }),
      Plot.axisY(ticks, { text: ticks.map((value) => `${value}%`), label: null }),
      ...curves.flatMap(({ scope, partial, ordinary, fileBytes }) => {
        const stroke = COLORS[scope];
        const steps = partial.map(dotOf);
        const end = { bytes: Math.max(fileBytes, max), percent: steps[steps.length - 1].percent };
        const place = { x: 'bytes', y: 'percent', stroke };
        return [
          Plot.line([...steps, end], { ...place, curve: 'step-after', strokeWidth: 2 }),
          Plot.line(ordinary.map(dotOf), { ...place, strokeWidth: 1, strokeDasharray: '3 3' }),
          Plot.dot(ordinary.map(dotOf), { ...place, fill: 'white', r: 4, strokeWidth: 1.5 }),
          Plot.ruleX([fileBytes / 2], { stroke, strokeOpacity: 0.5, strokeDasharray: '1 3' }),
        ];
      }),
    ],
  });
  const legend = curves
    .flatMap(({ scope }) => [
      { scope, text: `arriving, quality ${quality}, a map ${scopeName(scope)}`, dashed: false },
      { scope, text: `ordinary files, a map ${scopeName(scope)}`, dashed: true },
    ])
    .map(({ scope, text, dashed }, index) => {
      const y = LEGEND.y + index * LEGEND.line;
      const style = dashed ? 'stroke-width="1" stroke-dasharray="3 3"' : 'stroke-width="2"';
      const dot = dashed
        ? `<circle cx="${LEGEND.x + 14}" cy="${y}" r="4" fill="white" stroke="${COLORS[scope]}" stroke-width="1.5"/>`
        : '';
      return `<path d="M${LEGEND.x} ${y}h28" stroke="${COLORS[scope]}" ${style}/>${dot}<text x="${LEGEND.x + 36}" y="${y + 4}">${text}</text>`;
    })
    .join('');
  return svgSheet(WIDTH, HEIGHT, [
    plot,
    '<g font-family="system-ui, sans-serif" font-size="12">',
    titleText('784-512-10 while it arrives', WIDTH),
    '<text x="12" y="26">test error</text>',
    legend,
    '</g>',
  ]);
}

function dotOf({ bytes, error }: CurvePoint): Dot {
  return { bytes, percent: Math.max(MIN_PERCENT, error * 100) };
}
