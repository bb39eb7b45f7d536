import type { DecodedPicture } from '../../src/image/picture.ts';
import { pixelsOf } from '../../src/image/pixels.ts';
import { notify } from '../notices.ts';
import { SIDE } from './pictures.ts';

export interface PictureOfFile {
  readonly picture: DecodedPicture;
  /** The same, to be shown. */
  readonly shown: ImageData;
}

/** Decodes the files, as the browser turns them; one message tells of all that it could not. */
export async function readPictures(files: readonly File[]): Promise<PictureOfFile[]> {
  const read: PictureOfFile[] = [];
  const failed: { readonly name: string; readonly why: string }[] = [];
  for (const file of files) {
    try {
      const shown = await pixelsOfFile(file);
      read.push({ picture: await pixelsOf(shown, undefined, true), shown });
    } catch (error) {
      failed.push({ name: file.name, why: (error as Error).message });
    }
  }
  if (failed.length > 0) {
    const [{ name }, ...others] = failed;
    const more = others.length === 0 ? 'is no picture' : `and ${others.length} more are no pictures`;
    notify({
      sentence: `“${name}” ${more} that this browser can read, so it was left out. Add PNG or JPEG files.`,
      detail: failed.map((file) => `${file.name}: ${file.why}`).join('; '),
    });
  }
  return read;
}

async function pixelsOfFile(file: File): Promise<ImageData> {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return context.getImageData(0, 0, width, height);
}
