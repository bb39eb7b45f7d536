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
