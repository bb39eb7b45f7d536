import { WjpegError } from '../../errors.ts';
import type { ImageInputSpec } from '../../format/manifest.ts';
import { ofChannel } from '../../image/normalization.ts';
import { preparePicture } from '../../image/prepare-picture.ts';
import type { PictureReport, PreparedValues } from '../../image/prepared.ts';

/** A picture of a network's size. */
export interface DecodedSamples {
  /** channels × height × width samples 0…255. */
  readonly samples: Uint8Array;
  readonly report: PictureReport;
}

/**
 * A PNG or JPEG file as the samples that a network takes: upright, and brought to its size, background and channels as
 * `wjpeg-infer` does.
 *
 * @throws WjpegError `PICTURE_…`, `JPEG_…` for what is no picture
 */
export function decodeSamples(bytes: Uint8Array, spec: ImageInputSpec): DecodedSamples {
  const { values, report } = prepared(bytes, spec);
  const area = spec.width * spec.height;
  // Clamps and rounds.
  const samples = new Uint8ClampedArray(values.length);
  for (let channel = 0; channel < spec.channels; channel++) {
    const [mean, std] = [ofChannel(spec.mean, channel), ofChannel(spec.std, channel)];
    const end = (channel + 1) * area;
    for (let at = channel * area; at < end; at++) samples[at] = 255 * (values[at] * std + mean);
  }
  return { samples: new Uint8Array(samples.buffer), report };
}

function prepared(bytes: Uint8Array, spec: ImageInputSpec): PreparedValues {
  try {
    return preparePicture(bytes, spec, { via: 'pixels' }) as PreparedValues;
  } catch (error) {
    if (!(error instanceof WjpegError) || error.code !== 'PICTURE_TOO_LARGE') throw error;
    // Commands that read folders have no option for it.
    throw new WjpegError(error.kind, error.code, error.message.replace(' (maxPixels)', ''));
  }
}
