import { argmax } from './argmax.ts';

/** exp(logit) ÷ Σ exp(logit), shifted by the maximum logit to avoid overflow. */
export function softmax(logits: Float32Array): Float32Array {
  const max = logits[argmax(logits)];
  const exponentials = Float64Array.from(logits, (logit) => Math.exp(logit - max));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return Float32Array.from(exponentials, (value) => value / sum);
}
