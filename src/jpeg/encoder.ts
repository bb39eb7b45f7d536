import { encodeArithmetic } from './scans/encode/arithmetic.ts';
import {
  checkImage,
  type EncoderImage,
  type LaidOutComponent,
  requireInteger,
} from './scans/encode/encoder-input.ts';
import { type Coding, type JpegEncodeOptions, resolveCodings } from './scans/encode/encoder-options.ts';
import { encodeProgressive } from './scans/encode/progressive.ts';
import { encodeSequential } from './scans/encode/sequential.ts';

/**
 * Writes quantised coefficients as a JPEG; decoding it gives the same coefficients again. Without options it is
 * sequential with optimised Huffman tables: SOF0, or SOF1 where a quantisation table has entries above 255.
 *
 * Only segments that a decoder needs are written: no JFIF header, so readers assume grey and
 * YCbCr, and an Adobe segment only if the image has a transform flag. Several components share one scan unless
 * their MCU would have more than 10 blocks, or the options want it otherwise.
 *
 * @throws WjpegError `JPEG_ENCODE` for an image or options that cannot be written
 */
export function encodeCoefficients(image: EncoderImage, options: JpegEncodeOptions = {}): Uint8Array {
  const { restartInterval = 0, interleaved = true } = options;
  requireInteger('restartInterval', restartInterval, 0, 0xffff);
  const components = checkImage(image);
  return resolveCodings(options, components)
    .map((coding) => encodeAs(coding, image, components, restartInterval, interleaved))
    .reduce((smallest, stream) => (stream.length < smallest.length ? stream : smallest));
}

function encodeAs(
  coding: Coding,
  image: EncoderImage,
  components: readonly LaidOutComponent[],
  restartInterval: number,
  interleaved: boolean,
): Uint8Array {
  switch (coding.kind) {
    case 'sequential':
      return encodeSequential(image, components, restartInterval, interleaved);
    case 'progressive':
      return encodeProgressive(image, components, restartInterval, coding.scans);
    case 'arithmetic':
      return encodeArithmetic(image, components, restartInterval, interleaved, coding.conditioning);
  }
}
