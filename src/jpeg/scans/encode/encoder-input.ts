import { WjpegError } from '../../../errors.ts';
import { type FrameComponent, isSamplingFactor, layOut } from '../../markers/frame-header.ts';
import type { CoefficientComponent, CoefficientImage } from '../../types.ts';

/** The part of a component that the encoder reads; every `CoefficientComponent` qualifies. */
export type EncoderComponent = Pick<
  CoefficientComponent,
  'id' | 'horizontalSampling' | 'verticalSampling' | 'quantization' | 'coefficients'
>;

/** The part of an image that the encoder reads; every `CoefficientImage` qualifies, whatever its process. */
export interface EncoderImage extends Pick<CoefficientImage, 'width' | 'height'> {
  readonly components: readonly EncoderComponent[];
  /** Written as an Adobe APP14 segment if given. */
  readonly adobeTransform?: number | undefined;
}

/** A component with its size in blocks. */
export type LaidOutComponent = EncoderComponent & Pick<FrameComponent, 'blocksPerRow' | 'blocksPerColumn'>;

/** Checks the encoder's input and computes the sizes of the components in blocks. */
export function checkImage(image: EncoderImage): LaidOutComponent[] {
  const { width, height, components, adobeTransform } = image;
  requireInteger('width', width, 1, 0xffff);
  requireInteger('height', height, 1, 0xffff);
  requireInteger('number of components', components.length, 1, 4);
  if (adobeTransform !== undefined) requireInteger('adobeTransform', adobeTransform, 0, 2);
  components.forEach(({ id, horizontalSampling, verticalSampling, quantization }, index) => {
    requireInteger(`components[${index}].id`, id, 0, 0xff);
    demand(components.findIndex((other) => other.id === id) === index, `component id ${id} occurs twice`);
    demand(
      isSamplingFactor(horizontalSampling) && isSamplingFactor(verticalSampling),
      `component ${id}: sampling factors must be 1…4, got ${horizontalSampling}×${verticalSampling}`,
    );
    demand(
      quantization.length === 64 && quantization.every((entry) => entry > 0),
      `component ${id}: quantisation table must have 64 entries from 1 up`,
    );
  });
  const laidOut = layOut(components, width, height);
  for (const { id, blocksPerRow, blocksPerColumn, coefficients } of laidOut) {
    const expected = blocksPerRow * blocksPerColumn * 64;
    demand(
      coefficients.length === expected,
      `component ${id}: expected ${blocksPerRow}×${blocksPerColumn} blocks, ` +
        `${expected} coefficients, got ${coefficients.length}`,
    );
  }
  return laidOut;
}

/** Throws unless `value` is an integer from `least` to `most`. */
export function requireInteger(name: string, value: number, min: number, max: number): void {
  demand(
    Number.isInteger(value) && value >= min && value <= max,
    `${name} must be an integer from ${min} to ${max}, got ${value}`,
  );
}

/** Throws unless `condition` holds. */
export function demand(condition: boolean, message: string): void {
  if (!condition) throw new WjpegError('misuse', 'JPEG_ENCODE', `cannot encode a JPEG: ${message}`);
}
