import type { Fit, ImageInputSpec } from '../format/manifest.ts';
import { AreaAverage } from './area-average.ts';
import { estimateBackground } from './background.ts';
import { luma601 } from './luma.ts';
import { normalizeSamples } from './normalization.ts';
import { type Turn, turnedPlaces, turnedSize } from './orientation.ts';
import type { DecodedPicture } from './picture.ts';
import { fitOf, isUniform, reportOf, windowOf } from './prepare-pixels.ts';
import type { PreparedValues, PreparePictureOptions } from './prepared.ts';
import { containingWindow, type SourceWindow } from './resample.ts';

/** What is known of an opaque picture before its rows come; sizes are those of the upright picture. */
export interface RowPicture extends Omit<DecodedPicture, 'luma' | 'rgb' | 'alpha' | 'warnings'> {
  readonly channels: 1 | 3;
  readonly turn: Turn;
}

/** Pictures of fewer pixels are ready sooner with all of them in memory. */
const LEAST_PIXELS = 4096;

/**
 * Whether a network sees nothing of a picture but colours at its own size: it is not searched for strokes. And whether it is
 * worth while to take its rows one by one.
 */
export function isPhotograph(
  { width, height }: Pick<RowPicture, 'width' | 'height'>,
  spec: ImageInputSpec,
  options: PreparePictureOptions,
): boolean {
  return width * height >= LEAST_PIXELS && spec.channels === 3 && fitOf(spec, options) !== 'center-of-mass';
}

/** An opaque picture made ready for a network in colour row by row, as `preparePixels` does it with all pixels in memory. */
export class Photograph {
  readonly #picture: RowPicture;
  readonly #spec: ImageInputSpec;
  readonly #options: PreparePictureOptions;
  readonly #fit: Fit;
  /** Its size as it is stored, and the network's likewise. */
  readonly #stored: { readonly width: number; readonly height: number };
  readonly #target: { readonly width: number; readonly height: number };
  readonly #average: AreaAverage;
  /** Levels along the edge: of luma, and of each channel if the network sees what is beyond. */
  readonly #edge: number[] = [];
  readonly #beyond: number[][] = [];
  /** The upright picture's first sample, by its place in the stored one. */
  readonly #corner: { readonly x: number; readonly y: number };
  #first = 0;
  #darkest = 255;
  #lightest = 0;

  constructor(picture: RowPicture, spec: ImageInputSpec, options: PreparePictureOptions) {
    this.#picture = picture;
    this.#spec = spec;
    this.#options = options;
    this.#fit = fitOf(spec, options);
    const { turn, channels } = picture;
    this.#stored = turnedSize(picture, turn);
    this.#target = turnedSize(spec, turn);
    const window = windowOf(picture);
    const view = this.#fit === 'stretch' ? window : containingWindow(window, spec.width, spec.height);
    this.#average = new AreaAverage(this.#stored, channels, storedWindow(view, picture, turn), this.#target);
    if (!isInside(view, picture)) for (let channel = 0; channel < channels; channel++) this.#beyond.push([]);
    const { origin, stepX, stepY } = turnedPlaces(this.#stored, turn);
    const { width, height } = this.#stored;
    this.#corner = {
      x: origin + (width - 1) * stepX > origin ? 0 : width - 1,
      y: origin + (height - 1) * stepY > origin ? 0 : height - 1,
    };
  }

  /**
   * Takes the next row.
   *
   * @param samples the channels of each pixel side by side
   * @param luma if not that of the colours by BT.601
   */
  add(samples: Uint8Array, y: number, luma?: Uint8Array): void {
    this.#average.add(samples, y);
    const levels = luma ?? (this.#picture.channels === 1 ? samples : undefined);
    const [darkest, lightest] = levels ? rangeOf(levels) : this.#average.lumaRange();
    this.#darkest = Math.min(this.#darkest, darkest);
    this.#lightest = Math.max(this.#lightest, lightest);
    const levelAt = levels ? (x: number) => levels[x] : (x: number) => lumaAt(samples, x);
    if (y === this.#corner.y) this.#first = levelAt(this.#corner.x);
    this.#keepEdge(samples, y, levelAt);
  }

  /** Keeps what `edgeOf` has of the upright picture. */
  #keepEdge(samples: Uint8Array, y: number, levelAt: (x: number) => number): void {
    const { width, height } = this.#stored;
    const { channels, turn } = this.#picture;
    const keep = (x: number): void => {
      this.#edge.push(levelAt(x));
      this.#beyond.forEach((edge, channel) => {
        edge.push(samples[x * channels + channel]);
      });
    };
    if (turn.transpose || (y > 0 && y < height - 1)) for (const x of [0, width - 1]) keep(x);
    const inset = turn.transpose ? 1 : 0;
    for (const side of [0, height - 1]) {
      if (y === side) for (let x = inset; x < width - inset; x++) keep(x);
    }
  }

  /** After the last row. */
  prepared(warnings: readonly string[]): PreparedValues {
    const { channels, turn } = this.#picture;
    const { background = 'auto' } = this.#options;
    const estimate = estimateBackground(this.#edge, [this.#darkest, this.#lightest]);
    const seen = background === 'auto' ? estimate.background : background;
    const inverted = background !== 'auto' && seen !== this.#spec.preprocessing.background;
    const outside = this.#beyond.map((edge) => estimateBackground(edge, edge).level);
    const planes = this.#average.planes(outside.length > 0 ? outside : [0, 0, 0]);
    return {
      kind: 'values',
      values: normalizeSamples(turned(planes, this.#target, turn), this.#spec, inverted, channels),
      report: reportOf(
        { ...this.#picture, warnings },
        {
          background,
          seen,
          inverted,
          fit: this.#fit,
          blank: isUniform([this.#first, this.#darkest, this.#lightest]),
        },
      ),
    };
  }
}

function rangeOf(levels: Uint8Array): readonly [darkest: number, lightest: number] {
  let [darkest, lightest] = [255, 0];
  for (let x = 0; x < levels.length; x++) {
    const level = levels[x];
    if (level < darkest) darkest = level;
    if (level > lightest) lightest = level;
  }
  return [darkest, lightest];
}

/** As pictures in memory have it. */
function lumaAt(samples: Uint8Array, x: number): number {
  return Math.fround(luma601(samples[3 * x], samples[3 * x + 1], samples[3 * x + 2]));
}

function isInside({ left, top, width, height }: SourceWindow, picture: RowPicture): boolean {
  return Math.min(left, top) >= 0 && left + width <= picture.width && top + height <= picture.height;
}

/** A window of the upright picture in the stored one. */
function storedWindow(view: SourceWindow, picture: RowPicture, turn: Turn): SourceWindow {
  const left = turn.mirrorX ? picture.width - view.left - view.width : view.left;
  const top = turn.mirrorY ? picture.height - view.top - view.height : view.top;
  const { width, height } = view;
  return turn.transpose
    ? { left: top, top: left, width: height, height: width }
    : { left, top, width, height };
}

/** Planes as they are stored, upright. */
function turned(
  planes: Float32Array,
  stored: { readonly width: number; readonly height: number },
  turn: Turn,
): Float32Array {
  const { origin, stepX, stepY } = turnedPlaces(stored, turn);
  const upright = new Float32Array(planes.length);
  const area = stored.width * stored.height;
  for (let start = 0; start < planes.length; start += area) {
    for (let y = 0, from = start; y < stored.height; y++) {
      for (let x = 0; x < stored.width; x++, from++) {
        upright[start + origin + x * stepX + y * stepY] = planes[from];
      }
    }
  }
  return upright;
}
