import type { ImageInputSpec } from '../src/format/manifest.ts';
import { ofChannel } from '../src/image/normalization.ts';
import { softmax } from '../src/runtime/answer.ts';

/** Below this probability an answer is a guess. */
const SURE = 0.7;

/** Whether the most probable answer is more than a guess. */
export function isSure(logits: Float32Array): boolean {
  return Math.max(...softmax(logits)) >= SURE;
}

/**
 * Share of a frame that is ink (brighter than half): all but about two in a thousand of MNIST's training digits are between these. It is
 * no detector of digits, only of what no digit looks like.
 */
const INK = { min: 0.03, max: 0.3 } as const;

/** Why an answer deserves no trust, in plain words; empty where nothing speaks against it. `values`: as the network takes them. */
export function doubtOf(
  labels: readonly string[],
  logits: Float32Array,
  values: Float32Array,
  spec: ImageInputSpec,
): string {
  const digits = labels.length === 10 && labels.every((label, index) => label === String(index));
  if (digits && spec.channels === 1) {
    const ink = inkOf(values, spec);
    if (ink < INK.min || ink > INK.max)
      return `This does not look like a digit: ${Math.round(100 * ink)}% of the frame is ink. The network knows digits only, and names the nearest one.`;
  }
  if (isSure(logits)) return '';
  return 'It is not sure: this may be something that it has not learnt.';
}

function inkOf(values: Float32Array, { mean, std, preprocessing }: ImageInputSpec): number {
  const [middle, scale] = [ofChannel(mean, 0), ofChannel(std, 0)];
  const light =
    values.reduce((count, value) => count + Number(value * scale + middle > 0.5), 0) / values.length;
  return preprocessing.background === 'light' ? 1 - light : light;
}
