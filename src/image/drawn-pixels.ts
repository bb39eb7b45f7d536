import { WjpegError } from '../errors.ts';
import { checkPictureSize, type PictureLimits } from './limits.ts';
import type { Drawable, PixelSource } from './pixels.ts';

/** What is drawn, and how large it is. */
interface Drawing {
  readonly source: CanvasImageSource;
  readonly width: number;
  readonly height: number;
}

/** The pixels of what a browser draws, at its own size. */
export async function drawnPixels(
  input: Drawable,
  limits: Partial<PictureLimits> | undefined,
): Promise<PixelSource> {
  const { source, width, height } = await drawing(input);
  if (!(width > 0 && height > 0)) {
    throw new WjpegError(
      'misuse',
      'PICTURE_SIZE',
      `${nameOf(input)} of ${width}×${height} pixels has nothing to show`,
    );
  }
  checkPictureSize(width, height, limits);
  const context = canvasOf(width, height);
  try {
    // A canvas of our own, also for canvases: theirs may belong to WebGL, or be made faster by never being read.
    context.drawImage(source, 0, 0, width, height);
    return context.getImageData(0, 0, width, height);
  } catch (cause) {
    if ((cause as Error).name === 'SecurityError') {
      throw new WjpegError(
        'unavailable',
        'PICTURE_TAINTED',
        `${nameOf(input)} shows a picture of another origin, whose pixels a page may not read: load it with ` +
          'crossorigin="anonymous" from a server that allows it (Access-Control-Allow-Origin)',
        { cause },
      );
    }
    throw new WjpegError(
      'unavailable',
      'PICTURE_NOT_READY',
      `${nameOf(input)} cannot be drawn: ${(cause as Error).message}`,
      { cause },
    );
  }
}

async function drawing(input: Drawable): Promise<Drawing> {
  switch (nameOf(input)) {
    case 'HTMLImageElement': {
      const image = input as HTMLImageElement;
      try {
        await image.decode();
      } catch (cause) {
        const where = image.currentSrc || image.src || 'without an address';
        throw new WjpegError(
          'unavailable',
          'PICTURE_NOT_READY',
          `image ${where.slice(0, 200)}: could not be loaded or decoded`,
          { cause },
        );
      }
      return { source: image, width: image.naturalWidth, height: image.naturalHeight };
    }
    case 'HTMLVideoElement': {
      const video = input as HTMLVideoElement;
      if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) {
        throw new WjpegError(
          'misuse',
          'PICTURE_NOT_READY',
          "the video has no frame yet, expected it after its event 'loadeddata'",
        );
      }
      return { source: video, width: video.videoWidth, height: video.videoHeight };
    }
    case 'VideoFrame': {
      const frame = input as VideoFrame;
      return { source: frame, width: frame.displayWidth, height: frame.displayHeight };
    }
    default: {
      const { width, height } = input as ImageBitmap;
      return { source: input as ImageBitmap, width, height };
    }
  }
}

function canvasOf(
  width: number,
  height: number,
): CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D {
  const settings = { willReadFrequently: true };
  const hasOffscreen = typeof OffscreenCanvas !== 'undefined';
  const canvas = hasOffscreen ? new OffscreenCanvas(width, height) : document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', settings) as CanvasRenderingContext2D | null;
  if (context !== null) return context;
  throw new WjpegError(
    'unavailable',
    'PICTURE_NO_CANVAS',
    `no 2D canvas of ${width}×${height} pixels is available`,
  );
}

function nameOf(input: Drawable): string {
  return Object.prototype.toString.call(input).slice('[object '.length, -1);
}
