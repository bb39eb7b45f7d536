import { checkArgument, oneOf, wholes } from '../options/rules.ts';
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
    const isTyped = typeof first === 'string';
    if (isTyped) checkArgument('Tensor', 'type', first, oneOf('float32'));
    const data = (isTyped ? second : first) as Float32Array | readonly number[];
    checkArgument('Tensor', 'data', data, {
      expected: 'a Float32Array or an array of numbers',
      accepts: (value) =>
        value instanceof Float32Array ||
        (Array.isArray(value) && value.every((item) => typeof item === 'number')),
    });
    const dims = (isTyped ? third : (second as readonly number[] | undefined)) ?? [data.length];
    checkArgument('Tensor', 'dims', dims, wholes(0));
    const size = dims.reduce((product, extent) => product * extent, 1);
    checkArgument('Tensor', 'dims', dims, {
      expected: `${data.length} elements, as many as the data have`,
      accepts: () => size === data.length,
    });
    this.data = data instanceof Float32Array ? data : Float32Array.from(data);
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
