import { WjpegError } from '../errors.ts';
import type { ImageTensorOptions, ImageTensorSpec } from './image-tensor.ts';
import type { PictureInput, TensorInput } from './input-forms.ts';

/**
 * A tensor of float32, as onnxruntime-web has it: what `InferenceSession.run` takes and gives by name.
 *
 *     const input = new Tensor(values, [2, 784]);
 *     const { logits } = await session.run({ input });
 */
export class Tensor implements TensorInput {
  readonly type = 'float32' as const;
  /** Row-major; the array that was given, not a copy of it. */
  readonly data: Float32Array;
  readonly dims: readonly number[];

  /**
   * @param dims one dimension if absent
   * @throws WjpegError `ARGUMENT` for what are no numbers, and for another number of values than the dims have
   */
  constructor(data: Float32Array | readonly number[], dims?: readonly number[]);
  /** The same with the type first, as onnxruntime-web takes it. */
  constructor(type: 'float32', data: Float32Array | readonly number[], dims?: readonly number[]);
  constructor(
    first: 'float32' | Float32Array | readonly number[],
    second?: Float32Array | readonly number[],
    third?: readonly number[],
  ) {
    const [type, data, dims = [(data as ArrayLike<number>)?.length]] =
      typeof first === 'string' ? [first, second, third] : ['float32', first, second];
    const isFloats = data instanceof Float32Array;
    const isNumbers = Array.isArray(data) && data.every((value) => typeof value === 'number');
    if (type !== 'float32' || !(isFloats || isNumbers)) {
      throw refusal(`Tensor: ${type} data, expected 'float32' and a Float32Array or an array of numbers`);
    }
    const isShape =
      Array.isArray(dims) && dims.every((extent) => Number.isSafeInteger(extent) && extent >= 0);
    if (!isShape || dims.reduce((product, extent) => product * extent, 1) !== data.length) {
      throw refusal(
        `Tensor: dims [${dims}] for ${data.length} values, expected whole numbers of that product`,
      );
    }
    this.data = isFloats ? data : Float32Array.from(data as readonly number[]);
    this.dims = [...dims];
  }

  /** Number of elements. */
  get size(): number {
    return this.data.length;
  }

  /**
   * The same data in another shape.
   *
   * @throws WjpegError `ARGUMENT` for another number of elements
   */
  reshape(dims: readonly number[]): Tensor {
    return new Tensor(this.data, dims);
  }

  /**
   * A picture as a network takes it, [1, C, H, W]: decoded, turned upright, brought to the size, normalised, as
   * `InferenceSession.infer` does it with pixels. `image` is all that `infer` takes as a picture: encoded (bytes, Blob, File,
   * Response, an address), decoded (ImageData) or drawn (ImageBitmap, canvas, img).
   *
   * @param spec the `input` of a session, or `{ width, height }` and what else differs from the defaults. Light and dark are
   *   exchanged only if it says what background the network expects
   * @throws WjpegError `PICTURE_…` for what cannot be read, `INPUT_NOT_A_PICTURE` for the spec of a vector, `OPTION_…`,
   *   `LOADING_…`, `FETCH_FAILED`
   */
  static async fromImage(
    image: PictureInput,
    spec: ImageTensorSpec,
    options?: ImageTensorOptions,
  ): Promise<Tensor> {
    const { values, dims } = await (await import('./image-tensor.ts')).imageValues(image, spec, options);
    return new Tensor(values, dims);
  }
}

/** Not by the rules of options: with them bundlers would put these into what every page loads first. */
function refusal(message: string): WjpegError {
  return new WjpegError('misuse', 'ARGUMENT', message);
}
