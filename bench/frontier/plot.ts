import * as Plot from '@observablehq/plot';
import { drawPlot, noteText, svgSheet, titleText } from '../svg.ts';
import { alongLine, type LabelRequest, type PlacedLabel, placeLabels, type Spot } from './labels.ts';
import { METHODS, methodOf, type Series } from './methods.ts';
import { NETS } from './nets.ts';
import type { FrontierPoint } from './point.ts';

const WIDTH = 900;
/** Of the tallest panel, without margins; the others have the same scale and are as tall as their errors ask for. */
const TALLEST = { nets: 312, overview: 420 };
const MARGIN = { left: 60, right: 30, top: 40, bottom: 48 };
/** Height of a line below the panels. */
const NOTE = 30;
/** Above so many times the least error a net is broken, and showing by how much would squeeze what matters. */
const MAX_RATIO = 10;
/** Logarithms have no zero. */
const MIN_PERCENT = 0.05;

interface Dot {
  readonly series: string;
  /** Its own label, where its series has none. */
  readonly label: string;
  readonly bytes: number;
  readonly percent: number;
}

/** What a panel shows of the axes. Bytes and the scale of errors are the same for all panels of a plot. */
interface Frame {
  readonly bytes: Range;
  readonly percent: Range;
  /** Of the panel, margins included, in pixels. */
  readonly height: number;
}

interface Panel {
  readonly title: string;
  readonly series: readonly Series[];
  readonly dots: readonly Dot[];
}

type Range = readonly [number, number];

/** Published points have names of their own. */
const PUBLISHED = methodOf('published');
/** Of the trained nets of one data set, in their order. */
const COLORS = ['#15803d', '#1d4ed8', '#b45309', '#be185d'];

/** Bytes and test error of every point, one panel a net, both axes logarithmic, and a note below them; an SVG document. */
export function plotFrontier(points: readonly FrontierPoint[], note?: string): string {
  return plotPanels(
    NETS.map(({ net, title, data }) => ({
      title: `${title}, ${data}`,
      series: METHODS,
      dots: points
        .filter((point) => point.net === net)
        .map((point) => dotOf(point, point.method, point.published ? ' (published)' : '')),
    })),
    TALLEST.nets,
    note,
  );
}

/** What was trained in coefficients for MNIST, and what others published, in one panel; an SVG document. */
export function plotOverview(points: readonly FrontierPoint[], note?: string): string {
  const nets = NETS.filter(({ data }) => data === 'MNIST');
  const series = nets.map(
    ({ net, title }, index): Series => ({
      id: net,
      label: title,
      color: COLORS[index % COLORS.length],
      symbol: 'star',
      curve: false,
    }),
  );
  const dots = points
    .filter(({ net, method }) => nets.some((own) => own.net === net) && /^(trained|published)$/.test(method))
    .map((point) => dotOf(point, point.published ? PUBLISHED.id : point.net));
  const title = 'Networks for MNIST digits: ★ one file of wjpeg, + published by others';
  return plotPanels([{ title, series: [...series, PUBLISHED], dots }], TALLEST.overview, note);
}

function plotPanels(all: readonly Panel[], tallest: number, note: string | undefined): string {
  const panels = all.filter(({ dots }) => dots.length > 0);
  const frames = framesOf(panels, tallest);
  const height = frames.reduce((sum, frame) => sum + frame.height, 0);
  let top = 0;
  const drawn = panels.map((each, index) => {
    const group = `<g transform="translate(0 ${top})">\n${panel(each, frames[index])}\n</g>`;
    top += frames[index].height;
    return group;
  });
  if (note === undefined) return svgSheet(WIDTH, height, drawn);
  return svgSheet(WIDTH, height + NOTE, [...drawn, noteText(note, WIDTH, height + NOTE / 2)]);
}

function panel({ title, series, dots }: Panel, frame: Frame): string {
  const visible = dots.filter(({ percent }) => percent <= frame.percent[1]);
  const sizes = ticks(frame.bytes, [1, 2, 5]);
  const percents = ticks(frame.percent, [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 7]);
  const labels = labelsOf(series, dots, visible, frame);
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
      color: { domain: series.map(({ id }) => id), range: series.map(({ color }) => color) },
      symbol: { domain: series.map(({ id }) => id), range: series.map(({ symbol }) => symbol) },
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
          dots.filter((dot) => seriesOf(series, dot).curve).toSorted((a, b) => a.bytes - b.bytes),
          { x: 'bytes', y: 'percent', z: 'series', stroke: 'series', strokeWidth: 1.5, clip: true },
        ),
        ...labels.map(({ text, dot, dx, dy, anchor }) =>
          Plot.text([dot], {
            x: 'bytes',
            y: 'percent',
            text: () => text,
            fill: seriesOf(series, dot).color,
            stroke: 'white',
            strokeWidth: 4,
            textAnchor: anchor,
            dx,
            dy,
          }),
        ),
        // Above the labels, whose outlines would cut them.
        Plot.dot(visible, {
          x: 'bytes',
          y: 'percent',
          stroke: 'series',
          fill: 'series',
          symbol: 'series',
          r: 4,
          strokeWidth: 1.5,
        }),
      ],
    },
    `${titleText(title, WIDTH)}<text x="12" y="26" text-anchor="start">test error</text>`,
  );
}

/** A label a series, at one of its points; published points have one each. */
function labelsOf(
  series: readonly Series[],
  dots: readonly Dot[],
  visible: readonly Dot[],
  frame: Frame,
): (PlacedLabel & { readonly dot: Dot })[] {
  const spot = ({ bytes, percent }: Dot): Spot => ({
    x: pixel(bytes, frame.bytes, MARGIN.left, WIDTH - MARGIN.right),
    y: pixel(percent, frame.percent, frame.height - MARGIN.bottom, MARGIN.top),
  });
  const named: { text: string; dots: Dot[] }[] = [];
  for (const { id, label } of series) {
    const own = visible.filter((dot) => dot.series === id).sort((a, b) => a.bytes - b.bytes);
    if (id === PUBLISHED.id) for (const dot of own) named.push({ text: dot.label, dots: [dot] });
    else if (own.length > 0) named.push({ text: label, dots: own });
  }
  const lines = series
    .filter(({ curve }) => curve)
    .flatMap(({ id }) => {
      const own = dots.filter((dot) => dot.series === id).toSorted((a, b) => a.bytes - b.bytes);
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

function seriesOf(series: readonly Series[], { series: id }: Dot): Series {
  return series.find((each) => each.id === id) as Series;
}

function dotOf({ setting, bytes, error }: FrontierPoint, series: string, mark = ''): Dot {
  return { series, label: `${setting}${mark}`, bytes, percent: Math.max(MIN_PERCENT, error * 100) };
}

function framesOf(panels: readonly Panel[], tallest: number): Frame[] {
  const bytes = panels.flatMap(({ dots }) => dots.map((dot) => dot.bytes));
  const ranges = panels.map(({ dots }): Range => {
    const percents = dots.map(({ percent }) => percent);
    const min = Math.min(...percents);
    return [min / 1.15, Math.max(2 * min, Math.min(MAX_RATIO * min, 1.15 * Math.max(...percents)))];
  });
  const decades = ([low, high]: Range): number => Math.log10(high / low);
  const most = Math.max(...ranges.map(decades));
  return ranges.map((percent) => ({
    bytes: [Math.min(...bytes) / 1.5, Math.max(...bytes) * 1.5],
    percent,
    height: MARGIN.top + MARGIN.bottom + Math.round((tallest * decades(percent)) / most),
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
