/**
 * Cross-entropy of softmax, in nats: logits [class][image], one label per image (negative: the image does not count), a weight
 * per class. Gradients are `share` times those of the sum over images. Writes to `result`: the weighted sum of losses, and how
 * many images have their maximum logit at their label.
 */
export function crossEntropy(
  classes: i32, images: i32, logits: usize, labels: usize, weights: usize, share: f32, gradient: usize, result: usize,
): void {
  const next = (<usize>images) << 2;
  let loss: f64 = 0;
  let correct = 0;
  for (let image = 0; image < images; image++) {
    const at = (<usize>image) << 2;
    const label = load<i32>(labels + at);
    if (label < 0) {
      for (let c = 0; c < classes; c++) store<f32>(gradient + (<usize>c) * next + at, 0);
      continue;
    }
    let best = 0;
    let highest = load<f32>(logits + at);
    for (let c = 1; c < classes; c++) {
      const value = load<f32>(logits + (<usize>c) * next + at);
      if (value > highest) {
        highest = value;
        best = c;
      }
    }
    if (best == label) correct++;
    let sum: f64 = 0;
    for (let c = 0; c < classes; c++) sum += Math.exp(<f64>(load<f32>(logits + (<usize>c) * next + at) - highest));
    const logSum = Math.log(sum);
    const weight = load<f32>(weights + ((<usize>label) << 2));
    loss += <f64>weight * (logSum + <f64>highest - <f64>load<f32>(logits + (<usize>label) * next + at));
    for (let c = 0; c < classes; c++) {
      const place = (<usize>c) * next + at;
      const probability = <f32>Math.exp(<f64>(load<f32>(logits + place) - highest) - logSum);
      store<f32>(gradient + place, (probability - (c == label ? <f32>1 : <f32>0)) * share * weight);
    }
  }
  store<f32>(result, <f32>loss);
  store<f32>(result, <f32>correct, 4);
}

/**
 * Lets a teacher into the gradients that `crossEntropy` has written: (1 − part)·gradient + part·temperature·(softmax(logits ÷
 * temperature) − softmax(teacher ÷ temperature))·share, which is the gradient of part·temperature²·KL (Hinton et al. 2015). Logits of
 * both are [class][image].
 */
export function distil(
  classes: i32, images: i32, logits: usize, teacher: usize, labels: usize, part: f32, temperature: f32, share: f32,
  gradient: usize,
): void {
  const next = (<usize>images) << 2;
  const kept: f32 = 1 - part;
  const factor: f32 = part * temperature * share;
  for (let image = 0; image < images; image++) {
    const at = (<usize>image) << 2;
    if (load<i32>(labels + at) < 0) continue;
    const own = logPartition(classes, next, logits + at, temperature);
    const taught = logPartition(classes, next, teacher + at, temperature);
    for (let c = 0; c < classes; c++) {
      const place = (<usize>c) * next + at;
      const probability = Math.exp(<f64>load<f32>(logits + place) / <f64>temperature - own);
      const target = Math.exp(<f64>load<f32>(teacher + place) / <f64>temperature - taught);
      store<f32>(gradient + place, kept * load<f32>(gradient + place) + factor * <f32>(probability - target));
    }
  }
}

/** The logarithm of the sum of exp(logits ÷ temperature) over the classes of an image. */
function logPartition(classes: i32, next: usize, logits: usize, temperature: f32): f64 {
  let highest = load<f32>(logits);
  for (let c = 1; c < classes; c++) highest = max(highest, load<f32>(logits + (<usize>c) * next));
  let sum: f64 = 0;
  for (let c = 0; c < classes; c++)
    sum += Math.exp(<f64>(load<f32>(logits + (<usize>c) * next) - highest) / <f64>temperature);
  return Math.log(sum) + <f64>highest / <f64>temperature;
}
