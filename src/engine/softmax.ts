/** exp(logit) ÷ Σ exp(logit), shifted by the maximum logit to avoid overflow. */
export function softmax(logits: Float32Array): Float32Array {
  let greatest = -Infinity;
  for (const logit of logits) if (logit > greatest) greatest = logit;
  const exponentials = Float64Array.from(logits, (logit) => Math.exp(logit - greatest));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return Float32Array.from(exponentials, (value) => value / sum);
}
