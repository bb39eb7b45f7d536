import { WjpegError } from '../src/errors.ts';
import type { ImageInputSpec } from '../src/format/manifest.ts';
import {
  type PictureReport,
  type PreparedInput,
  preparePicture,
  preparePixels,
} from '../src/image/prepare-picture.ts';
import type { DrawingPad } from './drawing.ts';
import type { Model } from './models.ts';

/** Drawings are framed as MNIST was, whatever the model asks for other pictures. */
const DRAWN = { fit: 'center-of-mass' } as const;

export const BLANK = 'The picture is blank: nothing stands out from its background.';

/** The pictures that a model takes. */
export function pictureSpec({ session: { input } }: Model): ImageInputSpec {
  if (input.kind === 'image') return input;
  throw new WjpegError('misuse', 'INPUT_NOT_A_PICTURE', `takes ${input.length} numbers, not a picture`);
}

/** What models are asked about: the ink on the pad, or a picture that was opened. */
export class PadInput {
  readonly #pad: DrawingPad;
  readonly #canvas: HTMLCanvasElement;
  readonly #note: HTMLElement;
  #picture: Uint8Array | undefined;

  /** `canvas` and `note`: where the input is shown as the network gets it. */
  constructor(pad: DrawingPad, canvas: HTMLCanvasElement, note: HTMLElement) {
    this.#pad = pad;
    this.#canvas = canvas;
    this.#note = note;
  }

  get isEmpty(): boolean {
    return this.#pad.isEmpty;
  }

  get isPicture(): boolean {
    return this.#picture !== undefined;
  }

  /** From now on the ink counts. */
  forgetPicture(): void {
    this.#picture = undefined;
  }

  /** From now on this picture counts; the pad shows it as `model` gets it. */
  open(bytes: Uint8Array, model: Model): void {
    this.#pad.clear();
    this.#picture = bytes;
    const { width, height } = pictureSpec(model);
    const samples = this.#samples(model);
    if (samples) this.#pad.show(samples, width, height);
  }

  async prepare(model: Model): Promise<PreparedInput> {
    return this.#picture
      ? model.session.prepare(this.#picture)
      : preparePixels(this.#pad.picture, pictureSpec(model), DRAWN);
  }

  /** Shows what the network gets. */
  show(model: Model, { blank, fit }: PictureReport): void {
    const { width, height } = pictureSpec(model);
    const context = this.#canvas.getContext('2d');
    const samples = this.#samples(model);
    if (!context || !samples) return;
    this.#canvas.width = width;
    this.#canvas.height = height;
    const image = context.createImageData(width, height);
    samples.forEach((sample, i) => {
      image.data.fill(sample, 4 * i, 4 * i + 3);
      image.data[4 * i + 3] = 255;
    });
    context.putImageData(image, 0, 0);
    const whose = this.isPicture ? 'the picture' : 'your drawing';
    const how = fit === 'center-of-mass' ? 'scaled and centred as in MNIST, its training set' : 'scaled';
    this.#note.textContent = this.isPicture && blank ? BLANK : `Network input: ${whose}, ${how}.`;
  }

  /** The input's samples, 0 dark … 255 light. */
  #samples(model: Model): Float32Array | undefined {
    const spec = pictureSpec(model);
    const input = this.#picture
      ? preparePicture(this.#picture, spec, { via: 'pixels' })
      : preparePixels(this.#pad.picture, spec, DRAWN);
    if (input.kind !== 'values') return undefined;
    const { mean, std, preprocessing } = spec as { mean: number; std: number } & ImageInputSpec;
    return input.values.map((value) => {
      const sample = (value * std + mean) * 255;
      return preprocessing.background === 'light' ? 255 - sample : sample;
    });
  }
}
