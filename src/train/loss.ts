import { argmax } from '../runtime/answer.ts';

/**
 * Cross-entropy of softmax(logits), in nats, summed over a batch, and its gradient for the batch's mean.
 * `logits`: B × O; `labels`: B; writes B × O to `gradient`.
 */
export function crossEntropy(
  logits: Float32Array,
  labels: ArrayLike<number>,
  batch: number,
  outputs: number,
  gradient: Float32Array,
): number {
  let loss = 0;
  for (let i = 0; i < batch; i++) {
    const at = i * outputs;
    let max = -Infinity;
    for (let o = 0; o < outputs; o++) max = Math.max(max, logits[at + o]);
    let sum = 0;
    for (let o = 0; o < outputs; o++) sum += Math.exp(logits[at + o] - max);
    const logSum = max + Math.log(sum);
    loss += logSum - logits[at + labels[i]];
    for (let o = 0; o < outputs; o++) {
      const probability = Math.exp(logits[at + o] - logSum);
      gradient[at + o] = (probability - (o === labels[i] ? 1 : 0)) / batch;
    }
  }
  return loss;
}

/** Number of pictures in the batch whose maximum logit is that of their label. */
export function countCorrect(
  logits: Float32Array,
  labels: ArrayLike<number>,
  batch: number,
  outputs: number,
): number {
  let correct = 0;
  for (let i = 0; i < batch; i++) {
    if (argmax(logits.subarray(i * outputs, (i + 1) * outputs)) === labels[i]) correct++;
  }
  return correct;
}
