import { join } from 'node:path';
import { WjpegError } from '../../errors.ts';
import { type Fit, type ImageInputSpec, PICTURE_DEFAULTS } from '../../format/manifest.ts';
import { readFileBytes } from '../files.ts';
import type { ClassFiles } from './classes.ts';
import { decodeSamples } from './decode.ts';
import { MAX_PICTURE_BYTES } from './read.ts';

/** What some pictures of a folder are like. */
export interface PictureSurvey {
  /** Pictures that were looked at. */
  readonly count: number;
  /** Size of the smallest and of the largest one, by their pixels. */
  readonly smallest: PictureSize;
  readonly largest: PictureSize;
  /** Share of those that have colours. */
  readonly coloured: number;
}

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Enough to tell photographs from drawings, few enough to be quick. */
const LOOKED_AT = 40;
/** A picture is grey if so many of its pixels have red, green and blue within so many levels: JPEGs of grey pictures may be tinted. */
const GREY = { pixels: 0.98, levels: 12 };
/** The folder is taken for grey if no more of its pictures have colours: a stray one does not count. */
const STRAY = 0.05;
/** Sizes up to this are kept, if all pictures are of one. */
const MAX_OWN_SIZE = 64;

/**
 * Looks at some pictures of each class.
 *
 * @param onProgress called with the part that is done, 0…1
 * @throws WjpegError `FOLDER_EMPTY` if none can be read
 */
export async function surveyPictures(
  path: string,
  classes: readonly ClassFiles[],
  onProgress: (part: number) => void = () => {},
): Promise<PictureSurvey> {
  const spec: ImageInputSpec = { kind: 'image', width: 32, height: 32, ...PICTURE_DEFAULTS, channels: 3 };
  const sizes: PictureSize[] = [];
  let coloured = 0;
  let firstError: unknown;
  const files = spread(classes, LOOKED_AT);
  for (const [at, file] of files.entries()) {
    onProgress(at / files.length);
    try {
      const { samples, report } = decodeSamples(
        await readFileBytes(join(path, file), MAX_PICTURE_BYTES),
        spec,
      );
      sizes.push({ width: report.sourceWidth, height: report.sourceHeight });
      if (hasColours(samples)) coloured++;
    } catch (error) {
      if (!(error instanceof WjpegError)) throw error;
      firstError ??= new WjpegError(error.kind, error.code, `${file}: ${error.message}`);
    }
  }
  if (sizes.length === 0) {
    const why = firstError instanceof Error ? `: ${firstError.message}` : '';
    throw new WjpegError('unavailable', 'FOLDER_EMPTY', `${path} has no picture that can be read${why}`);
  }
  sizes.sort((a, b) => a.width * a.height - b.width * b.height);
  return {
    count: sizes.length,
    smallest: sizes[0],
    largest: sizes[sizes.length - 1],
    coloured: coloured / sizes.length,
  };
}

/** The input of a network for such pictures; what is named is taken. */
export function inputFor(
  { smallest, largest, coloured }: PictureSurvey,
  named: { readonly size?: PictureSize; readonly channels?: 1 | 3; readonly fit?: Fit },
): ImageInputSpec {
  const channels = named.channels ?? (coloured > STRAY ? 3 : 1);
  const isOne = smallest.width === largest.width && smallest.height === largest.height;
  const isSmall = Math.max(largest.width, largest.height) <= MAX_OWN_SIZE;
  const usual = channels === 3 ? 32 : 28;
  const own = isOne && isSmall ? largest : { width: usual, height: usual };
  return {
    kind: 'image',
    ...(named.size ?? own),
    ...PICTURE_DEFAULTS,
    channels,
    preprocessing: { ...PICTURE_DEFAULTS.preprocessing, ...(named.fit && { fit: named.fit }) },
  };
}

/** About `count` files, evenly spread over each class. */
function spread(classes: readonly ClassFiles[], count: number): string[] {
  const each = Math.max(1, Math.ceil(count / classes.length));
  return classes.flatMap(({ files }) => {
    const taken = Math.min(each, files.length);
    return Array.from({ length: taken }, (_, i) => files[Math.floor((i * files.length) / taken)]);
  });
}

/** Three planes. */
function hasColours(samples: Uint8Array): boolean {
  const area = samples.length / 3;
  let grey = 0;
  for (let at = 0; at < area; at++) {
    const [red, green, blue] = [samples[at], samples[area + at], samples[2 * area + at]];
    if (Math.max(red, green, blue) - Math.min(red, green, blue) <= GREY.levels) grey++;
  }
  return grey < GREY.pixels * area;
}
