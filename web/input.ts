import { WjpegError } from '../src/errors.ts';
import type { ImageInputSpec } from '../src/format/manifest.ts';
import { ofChannel } from '../src/image/normalization.ts';
import { preparePixels } from '../src/image/prepare-pixels.ts';
import type { PreparedInput } from '../src/image/prepared.ts';
import type { DrawingPad } from './drawing.ts';
import type { Model } from './models.ts';

/** For networks of grey pictures drawings are framed as MNIST was, whatever they ask for other pictures. */
const DRAWN = { fit: 'center-of-mass' } as const;

/** Values of a blank sheet differ by less. */
const EVEN = 0.3;

/** Why a picture has no answer. `values`: as the network would take them. */
export function emptyNote(values: Float32Array): string {
  const min = values.reduce((least, value) => Math.min(least, value), Infinity);
  const max = values.reduce((most, value) => Math.max(most, value), -Infinity);
  return max - min < EVEN
    ? 'The picture is blank: nothing stands out from its background.'
    : 'This is no digit: there are no strokes on an even background, as in a photograph. So the network is not asked.';
}

/** The pictures that a model takes. */
export function pictureSpec({ session: { input } }: Model): ImageInputSpec {
  if (input.kind === 'image') return input;
  throw new WjpegError('misuse', 'INPUT_NOT_A_PICTURE', `takes ${input.length} numbers, not a picture`);
}

/** Whether it takes pictures in colour. */
export function takesColours(model: Model): boolean {
  return pictureSpec(model).channels === 3;
}

/** What models are asked about: the ink on the pad, or a picture that was opened. */
export class PadInput {
  readonly #pad: DrawingPad;
  readonly #canvas: HTMLCanvasElement;
  readonly #note: HTMLElement;
  #picture: Uint8Array | undefined;
  /** The picture as models take it: a large photograph takes long to decode. */
  #prepared = new WeakMap<Model, PreparedInput>();
  /** The drawing as models take it, by what they take. */
  readonly #drawn = new Map<string, PreparedInput>();

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

  /** From now on the ink counts, which is another. */
  drawingChanged(): void {
    this.#picture = undefined;
    this.#drawn.clear();
  }

  /**
   * From now on this picture counts; the pad shows it as `model` gets it.
   *
   * @throws WjpegError for what is no picture, before anything has changed
   */
  async open(bytes: Uint8Array, model: Model): Promise<void> {
    const prepared = await model.session.prepare(bytes);
    this.#pad.clear();
    this.#picture = bytes;
    this.#prepared = new WeakMap([[model, prepared]]);
    const spec = pictureSpec(model);
    const values = await this.values(model, prepared);
    if (takesColours(model)) this.#pad.showPhotograph(pixelsOf(values, spec));
    else this.#pad.show(greySamples(values, spec), spec.width, spec.height);
  }

  async prepare(model: Model): Promise<PreparedInput> {
    if (!this.#picture) return this.#prepareDrawing(pictureSpec(model));
    const cache = this.#prepared;
    const prepared = cache.get(model) ?? (await model.session.prepare(this.#picture));
    cache.set(model, prepared);
    return prepared;
  }

  #prepareDrawing(spec: ImageInputSpec): PreparedInput {
    const key = JSON.stringify(spec);
    const prepared =
      this.#drawn.get(key) ?? preparePixels(this.#pad.picture, spec, spec.channels === 3 ? {} : DRAWN);
    this.#drawn.set(key, prepared);
    return prepared;
  }

  /** Shows what the network gets: `values`, of which `prepared` tells the origin. */
  show(model: Model, prepared: PreparedInput, values: Float32Array): void {
    const { blank, fit, via } = prepared.report;
    const spec = pictureSpec(model);
    this.#canvas.width = spec.width;
    this.#canvas.height = spec.height;
    if (this.isEmpty) {
      this.#note.textContent = 'Network input: nothing yet.';
      return;
    }
    this.#canvas.getContext('2d')?.putImageData(pixelsOf(values, spec), 0, 0);
    const whose = this.isPicture ? 'the picture' : 'your drawing';
    const scaled = fit === 'center-of-mass' ? 'scaled and centred as MNIST’s digits are' : 'scaled';
    const how = via === 'coefficients' ? 'as the coefficients of its JPEG, not as pixels' : scaled;
    this.#note.textContent = this.isPicture && blank ? emptyNote(values) : `Network input: ${whose}, ${how}.`;
  }

  /** The input as a network takes it: channels × height × width, normalised. */
  async values(model: Model, prepared: PreparedInput): Promise<Float32Array> {
    if (prepared.kind === 'values') return prepared.values;
    const { pixelValues } = await import('./pixel-values.ts');
    return pixelValues(this.#picture as Uint8Array, pictureSpec(model));
  }
}

/** Normalised values as samples again, 0…255; planes as the network has them. */
function samplesOf(values: Float32Array, { width, height, mean, std }: ImageInputSpec): Float32Array {
  const area = width * height;
  return values.map((value, i) => {
    const channel = Math.floor(i / area);
    return (value * ofChannel(std, channel) + ofChannel(mean, channel)) * 255;
  });
}

/** Strokes light on dark, whatever the network takes. */
function greySamples(values: Float32Array, spec: ImageInputSpec): Float32Array {
  const samples = samplesOf(values, spec);
  return spec.preprocessing.background === 'light' ? samples.map((sample) => 255 - sample) : samples;
}

/** The input as a picture: in colour for a network that takes colours. */
export function pixelsOf(values: Float32Array, spec: ImageInputSpec): ImageData {
  const { width, height, channels } = spec;
  const area = width * height;
  const samples = channels === 3 ? samplesOf(values, spec) : greySamples(values, spec);
  const image = new ImageData(width, height);
  for (let pixel = 0; pixel < area; pixel++) {
    for (let part = 0; part < 3; part++)
      image.data[4 * pixel + part] = samples[(channels === 3 ? part * area : 0) + pixel];
    image.data[4 * pixel + 3] = 255;
  }
  return image;
}
