import type { Background } from './background.ts';
import { connectedRegions } from './connected-regions.ts';
import { removeBackground } from './remove-background.ts';
import { type GreySamples, resample, type SourceWindow } from './resample.ts';

/** What is drawn in a picture, without its background. */
export interface Ink {
  /** The picture, or the part of it that shows the drawing, maybe averaged down: 0 nothing … 255 ink. */
  readonly picture: GreySamples;
  /** The rectangle that the ink fills, in samples of `picture`. */
  readonly box: SourceWindow;
}

/** Longest side at which ink is looked for, in samples; larger pictures are averaged down to it. */
const WORKING_SIDE = 128;
/** A drawing of less than this share of the picture's side is looked at again, from nearer. */
const SMALL = 0.25;
/** Ink stands out from the background by more than so many standard deviations of its noise, and so many levels. */
const VISIBLE = { deviations: 5, levels: 14 };
/** Ink's own contrast: this quantile of the heaviest stroke. A share of it is where strokes end. */
const FULL_QUANTILE = 0.9;
const STROKE_SHARE = 0.25;
/** Regions of less than this share of the heaviest one are dirt. */
const DIRT_SHARE = 0.04;
/** Least sample, of 255, that counts as the ink's edge. */
const EDGE = 16;

/**
 * Finds the ink of a picture; undefined for a blank one, where nothing stands out from the background and its noise.
 *
 * @param level the background's level, 0…255
 */
export function findInk(picture: GreySamples, background: Background, level: number): Ink | undefined {
  let view: SourceWindow = { left: 0, top: 0, width: picture.width, height: picture.height };
  for (;;) {
    const scale = Math.max(1, Math.max(view.width, view.height) / WORKING_SIDE);
    const width = Math.max(1, Math.round(view.width / scale));
    const height = Math.max(1, Math.round(view.height / scale));
    const samples = resample(picture, view, width, height, level);
    const ink = inkOf({ width, height, samples }, background, level);
    if (ink === undefined || scale === 1) return ink;
    const { box } = ink;
    if (Math.max(box.width / width, box.height / height) >= SMALL) return ink;
    // Again from nearer, with as much around the drawing as it is large.
    const margin = Math.max(box.width, box.height);
    const across = view.width / width;
    const down = view.height / height;
    const left = Math.max(0, Math.floor(view.left + (box.left - margin) * across));
    const top = Math.max(0, Math.floor(view.top + (box.top - margin) * down));
    const right = Math.min(picture.width, Math.ceil(view.left + (box.left + box.width + margin) * across));
    const bottom = Math.min(picture.height, Math.ceil(view.top + (box.top + box.height + margin) * down));
    view = { left, top, width: right - left, height: bottom - top };
  }
}

function inkOf(picture: GreySamples, background: Background, level: number): Ink | undefined {
  const { width, height } = picture;
  const { contrast, noise } = removeBackground(picture, background === 'dark' ? 1 : -1, level);
  const visible = Math.max(VISIBLE.deviations * noise, VISIBLE.levels);
  const full = fullContrast(contrast, width, height, visible);
  if (full === undefined) return undefined;
  const { labels, masses } = connectedRegions(
    contrast,
    width,
    height,
    Math.max(visible, STROKE_SHARE * full),
  );
  const dirt = DIRT_SHARE * masses.reduce((a, b) => Math.max(a, b), 0);
  const samples = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const label = labels[y * width + x];
      if (label < 0 || masses[label] < dirt) continue;
      // A stroke with its soft edge, which lies below the threshold.
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const at = v * width + u;
          samples[at] = Math.min(255, Math.max(0, (255 * contrast[at]) / full));
        }
      }
    }
  }
  return { picture: { width, height, samples }, box: inkBox(samples, width, height) };
}

/** Contrast of full ink, in levels; undefined where nothing is visible. */
function fullContrast(
  contrast: Float32Array,
  width: number,
  height: number,
  visible: number,
): number | undefined {
  const { labels, masses } = connectedRegions(contrast, width, height, visible);
  if (masses.length === 0) return undefined;
  const heaviest = masses.reduce((best, mass, label) => (mass > masses[best] ? label : best), 0);
  const stroke = new Float32Array(contrast.length);
  let count = 0;
  for (let at = 0; at < contrast.length; at++) if (labels[at] === heaviest) stroke[count++] = contrast[at];
  return stroke.subarray(0, count).sort()[Math.floor((count - 1) * FULL_QUANTILE)];
}

/** The rectangle of the ink. Where a soft edge ends it, the edge's share of full ink says how far into its sample. */
function inkBox(samples: Float32Array, width: number, height: number): SourceWindow {
  const columns = new Float32Array(width);
  const rows = new Float32Array(height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const sample = samples[y * width + x];
      columns[x] = Math.max(columns[x], sample);
      rows[y] = Math.max(rows[y], sample);
    }
  }
  const [left, right] = extent(columns);
  const [top, bottom] = extent(rows);
  return { left, top, width: right - left, height: bottom - top };
}

function extent(max: Float32Array): readonly [start: number, end: number] {
  const first = max.findIndex((sample) => sample >= EDGE);
  const last = max.findLastIndex((sample) => sample >= EDGE);
  const start = first + 1 - max[first] / 255;
  const end = last + max[last] / 255;
  // A line thinner than a sample.
  return end > start ? [start, end] : [first, last + 1];
}
