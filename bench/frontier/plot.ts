import * as Plot from '@observablehq/plot';
import { drawPlot, svgSheet, titleText } from '../svg.ts';
import { alongLine, type LabelRequest, type PlacedLabel, placeLabels, type Spot } from './labels.ts';
import { METHODS, methodOf } from './methods.ts';
import { NETS } from './nets.ts';
import type { FrontierPoint } from './point.ts';

const WIDTH = 900;
/** Of the tallest panel, without margins; the others have the same scale and are as tall as their errors ask for. */
const TALLEST = 312;
const MARGIN = { left: 60, right: 30, top: 40, bottom: 48 };
/** Above this error the net is broken, and showing by how much would squeeze what matters. */
const MAX_PERCENT = 10;
/** Logarithms have no zero. */
const MIN_PERCENT = 0.05;

interface Dot {
  readonly method: FrontierPoint['method'];
  readonly setting: string;
  readonly bytes: number;
  readonly percent: number;
}

/** What a panel shows of the axes. Bytes and the least error are the same for all panels, and so is their scale. */
interface Frame {
  readonly bytes: Range;
  readonly percent: Range;
  /** Of the panel, margins included, in pixels. */
  readonly height: number;
}

type Range = readonly [number, number];

/** Bytes and test error of every point, one panel a net, both axes logarithmic; an SVG document. */
export function plotFrontier(points: readonly FrontierPoint[]): string {
  const panels = NETS.map(({ net, title }) => ({
    title,
    dots: points.filter((point) => point.net === net).map(dotOf),
  })).filter(({ dots }) => dots.length > 0);
  const frames = framesOf(panels.map(({ dots }) => dots));
  const height = frames.reduce((sum, frame) => sum + frame.height, 0);
  let top = 0;
  const drawn = panels.map(({ title, dots }, index) => {
    const group = `<g transform="translate(0 ${top})">\n${panel(title, dots, frames[index])}\n</g>`;
    top += frames[index].height;
    return group;
  });
  return svgSheet(WIDTH, height, drawn);
}

function panel(title: string, dots: readonly Dot[], frame: Frame): string {
  const visible = dots.filter(({ percent }) => percent <= frame.percent[1]);
  const sizes = ticks(frame.bytes, [1, 2, 5]);
  const percents = ticks(frame.percent, [1, 1.5, 2, 2.5, 3, 4, 5, 7]);
  const labels = labelsOf(dots, visible, frame);
  return drawPlot(
    {
      width: WIDTH,
      height: frame.height,
      marginTop: MARGIN.top,
      marginBottom: MARGIN.bottom,
      marginLeft: MARGIN.left,
      marginRight: MARGIN.right,
      x: {
        type: 'log',
        domain: [...frame.bytes],
        axis: null,
      },
      y: {
        type: 'log',
        domain: [...frame.percent],
        axis: null,
      },
      color: { domain: styles('id'), range: styles('color') },
      symbol: { domain: styles('id'), range: styles('symbol') },
      marks: [
        // Plot leaves out most labels of a logarithmic axis that it makes by itself.
        Plot.gridX(sizes),
        Plot.gridY(percents),
        Plot.axisX(sizes, {
          text: sizes.map(formatSize),
          label: 'bytes of the whole file',
          labelAnchor: 'center',
          labelArrow: 'none',
        }),
        Plot.axisY(percents, { text: percents.map((value) => `${value}%`), label: null }),
        Plot.line(
          dots.filter(({ method }) => methodOf(method).curve).toSorted((a, b) => a.bytes - b.bytes),
          { x: 'bytes', y: 'percent', z: 'method', stroke: 'method', strokeWidth: 1.5, clip: true },
        ),
        Plot.dot(visible, {
          x: 'bytes',
          y: 'percent',
          stroke: 'method',
          fill: 'method',
          symbol: 'method',
          r: 4,
          strokeWidth: 1.5,
        }),
        ...labels.map(({ text, dot, dx, dy, anchor }) =>
          Plot.text([dot], {
            x: 'bytes',
            y: 'percent',
            text: () => text,
            fill: methodOf(dot.method).color,
            stroke: 'white',
            strokeWidth: 4,
            textAnchor: anchor,
            dx,
            dy,
          }),
        ),
      ],
    },
    `${titleText(title, WIDTH)}<text x="12" y="26" text-anchor="start">test error</text>`,
  );
}

/** A label a method, at one of its points; published points have one each. */
function labelsOf(
  dots: readonly Dot[],
  visible: readonly Dot[],
  frame: Frame,
): (PlacedLabel & { readonly dot: Dot })[] {
  const spot = ({ bytes, percent }: Dot): Spot => ({
    x: pixel(bytes, frame.bytes, MARGIN.left, WIDTH - MARGIN.right),
    y: pixel(percent, frame.percent, frame.height - MARGIN.bottom, MARGIN.top),
  });
  const named: { text: string; dots: Dot[] }[] = [];
  for (const { id, label } of METHODS) {
    const own = visible.filter(({ method }) => method === id).sort((a, b) => a.bytes - b.bytes);
    if (id === 'published')
      for (const dot of own) named.push({ text: `${dot.setting} (published)`, dots: [dot] });
    else if (own.length > 0) named.push({ text: label, dots: own });
  }
  const lines = METHODS.filter(({ curve }) => curve).flatMap(({ id }) => {
    const own = dots.filter(({ method }) => method === id).toSorted((a, b) => a.bytes - b.bytes);
    return alongLine(own.map(spot));
  });
  const requests = named.map(({ text, dots: own }): LabelRequest => ({ text, at: own.map(spot) }));
  const placed = placeLabels(requests, [...visible.map(spot), ...lines], {
    left: MARGIN.left,
    top: MARGIN.top,
    right: WIDTH - MARGIN.right,
    bottom: frame.height - MARGIN.bottom,
  });
  return placed.map((label, index) => ({ ...label, dot: named[index].dots[label.index] }));
}

function dotOf({ method, setting, bytes, error }: FrontierPoint): Dot {
  return { method, setting, bytes, percent: Math.max(MIN_PERCENT, error * 100) };
}

function framesOf(panels: readonly (readonly Dot[])[]): Frame[] {
  const all = panels.flat();
  const bytes = all.map((dot) => dot.bytes);
  const min = Math.min(...all.map(({ percent }) => percent));
  const ranges = panels.map((dots): Range => {
    const max = Math.max(...dots.map(({ percent }) => percent));
    return [min / 1.15, Math.max(2 * min, Math.min(MAX_PERCENT, 1.15 * max))];
  });
  const decades = ([low, high]: Range): number => Math.log10(high / low);
  const tallest = Math.max(...ranges.map(decades));
  return ranges.map((percent) => ({
    bytes: [Math.min(...bytes) / 1.5, Math.max(...bytes) * 1.5],
    percent,
    height: MARGIN.top + MARGIN.bottom + Math.round((TALLEST * decades(percent)) / tallest),
  }));
}

/** Where a value lies on a logarithmic axis from pixel `from` to pixel `to`. */
function pixel(value: number, [low, high]: Range, from: number, to: number): number {
  return from + ((to - from) * Math.log(value / low)) / Math.log(high / low);
}

/** Round values inside a range: `steps` times powers of ten. */
function ticks([low, high]: Range, steps: readonly number[]): number[] {
  const values: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (const step of steps) values.push(Number((step * 10 ** power).toPrecision(2)));
  }
  return values.filter((value) => value >= low && value <= high);
}

function formatSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${bytes / 1000} kB` : `${bytes / 1e6} MB`;
}

function styles(key: 'id' | 'color' | 'symbol'): string[] {
  return METHODS.map((method) => method[key]);
}
