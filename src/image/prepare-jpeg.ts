import type { ImageInputSpec } from '../format/manifest.ts';
import type { TileGeometry } from '../jpeg/dct/tile-geometry.ts';
import type { Orientation } from '../jpeg/lenient/exif-orientation.ts';
import type { LenientImage } from '../jpeg/lenient/lenient-decoder.ts';
import { type SampleScale, scaledSize } from '../jpeg/pixels/rgb-rows.ts';
import { decodeJpegCoefficients, decodeJpegPixels } from './decode-jpeg.ts';
import { decodeScale } from './decode-size.ts';
import { coefficientObstacle, jpegCoefficientInput } from './jpeg-coefficients.ts';
import { noCoefficients } from './no-coefficients.ts';
import { turnedSize, turnOf } from './orientation.ts';
import { patchInput, patchSampling } from './patch-coefficients.ts';
import { isPhotograph } from './photograph.ts';
import { photographOfJpeg } from './photograph-rows.ts';
import { isPlaced } from './placed.ts';
import { fitOf, preparePixels } from './prepare-pixels.ts';
import type { PreparedCoefficients, PreparedInput, PreparePictureOptions } from './prepared.ts';

/**
 * Makes a JPEG ready for a model that takes pictures, see `preparePicture`. One that is much larger than the model's size is
 * decoded at k/8 of its own first; one whose luma has the model's size enters as coefficients if the model's `tile` or `patch` is
 * given: no IDCT, no pixels, no rounding. With `center-of-mass` it does so only if it is centred already (`isPlaced`), and is taken as
 * pixels otherwise; `report.via` says which.
 *
 * @throws WjpegError for what is damaged or exceeds the limits, and where `via` is `coefficients` but the picture cannot enter
 *   that way
 */
export function prepare(
  bytes: Uint8Array,
  spec: ImageInputSpec,
  options: PreparePictureOptions = {},
): PreparedInput {
  const { via = 'auto', limits } = options;
  const fit = fitOf(spec, options);
  const scaleFor = (picture: ReturnType<typeof turnedSize>, orientation: Orientation): SampleScale =>
    decodeScale(turnedSize(picture, turnOf(orientation)), spec, fit);
  let image = decodeJpegCoefficients(bytes, limits, ({ frame, orientation }) => scaleFor(frame, orientation));
  if (via !== 'pixels') {
    const entered = enterCoefficients(image, spec, options);
    if (typeof entered !== 'string') return entered;
    if (via === 'coefficients') throw noCoefficients(entered);
  }
  const scale = scaleFor(image, image.orientation);
  // How it is turned may have been said after its scan began.
  if (image.scale.eighths !== scale.eighths || image.scale.least !== scale.least) {
    image = decodeJpegCoefficients(bytes, limits);
  }
  if (isPhotograph(scaledSize(image, scale.eighths), spec, options)) {
    return photographOfJpeg(image, scale, spec, options);
  }
  return preparePixels(decodeJpegPixels(image, spec.channels === 3, scale), spec, options);
}

/** A JPEG's coefficients as the model's input, or why they cannot be. */
function enterCoefficients(
  image: LenientImage,
  spec: ImageInputSpec,
  options: PreparePictureOptions,
): PreparedCoefficients | string {
  const { tile, patch, background = 'auto' } = options;
  const fit = fitOf(spec, options);
  if (tile === undefined && patch === undefined) return 'the model takes no coefficients';
  if (tile && spec.channels !== 1) return 'the model takes colours';
  const obstacle = coefficientObstacle(image, spec);
  if (obstacle !== undefined) return obstacle;
  const sampling = patch && patchSampling(image, spec);
  if (patch && sampling === undefined) return 'its chroma is sampled in an unusual way';
  const input =
    patch && sampling
      ? patchInput(image, sampling, spec, patch, background)
      : jpegCoefficientInput(image, spec, tile as TileGeometry, background);
  if (fit === 'center-of-mass' && !input.blank && !isPlaced(input.profile, input.background)) {
    return 'it has to be cropped and centred (fit center-of-mass)';
  }
  return {
    kind: 'coefficients',
    coefficients: new Float32Array(input.coefficients),
    ...(sampling && { sampling }),
    report: {
      format: 'jpeg',
      // No others enter as coefficients.
      sourceWidth: spec.width,
      sourceHeight: spec.height,
      scale: 1,
      background: input.background,
      backgroundDetected: background === 'auto',
      inverted: input.inverted,
      via: 'coefficients',
      orientation: image.orientation,
      fit,
      blank: input.blank,
      warnings: image.warnings,
    },
  };
}
