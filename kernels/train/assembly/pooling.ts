/** Pools over windows. Planes are height × width, outputs outHeight × outWidth; a window stands at y·down − top, x·across − left. */

/** The maximum of each window; `places` gets where in its plane it stood, for the gradient. */
export function maxPool(
  input: usize, output: usize, places: usize, planes: i32, height: i32, width: i32, outHeight: i32, outWidth: i32,
  kernelHeight: i32, kernelWidth: i32, down: i32, across: i32, top: i32, left: i32,
): void {
  for (let plane = 0; plane < planes; plane++) {
    for (let y = 0; y < outHeight; y++) {
      const firstRow = max(0, y * down - top);
      const lastRow = min(height, y * down - top + kernelHeight);
      for (let x = 0; x < outWidth; x++) {
        const firstColumn = max(0, x * across - left);
        const lastColumn = min(width, x * across - left + kernelWidth);
        let best: f32 = -Infinity;
        let place = firstRow * width + firstColumn;
        for (let row = firstRow; row < lastRow; row++) {
          for (let column = firstColumn; column < lastColumn; column++) {
            const at = row * width + column;
            const value = load<f32>(input + ((<usize>at) << 2));
            if (value > best) {
              best = value;
              place = at;
            }
          }
        }
        store<f32>(output, best);
        store<i32>(places, place);
        output += 4;
        places += 4;
      }
    }
    input += (<usize>(height * width)) << 2;
  }
}

/** The gradient of `maxPool`. */
export function maxPoolGradient(
  gradient: usize, places: usize, result: usize, planes: i32, pixels: i32, outPixels: i32, add: i32,
): void {
  if (!add) memory.fill(result, 0, (<usize>(planes * pixels)) << 2);
  for (let plane = 0; plane < planes; plane++) {
    for (let i = 0; i < outPixels; i++) {
      const at = result + ((<usize>load<i32>(places)) << 2);
      store<f32>(at, load<f32>(at) + load<f32>(gradient));
      places += 4;
      gradient += 4;
    }
    result += (<usize>pixels) << 2;
  }
}

/** The mean of each window: its sum times `factor`, or, if that is 0, divided by the elements that are no padding. */
export function averagePool(
  input: usize, output: usize, planes: i32, height: i32, width: i32, outHeight: i32, outWidth: i32,
  kernelHeight: i32, kernelWidth: i32, down: i32, across: i32, top: i32, left: i32, factor: f32,
): void {
  for (let plane = 0; plane < planes; plane++) {
    for (let y = 0; y < outHeight; y++) {
      const firstRow = max(0, y * down - top);
      const lastRow = min(height, y * down - top + kernelHeight);
      for (let x = 0; x < outWidth; x++) {
        const firstColumn = max(0, x * across - left);
        const lastColumn = min(width, x * across - left + kernelWidth);
        let total: f32 = 0;
        for (let row = firstRow; row < lastRow; row++) {
          for (let column = firstColumn; column < lastColumn; column++) {
            total += load<f32>(input + ((<usize>(row * width + column)) << 2));
          }
        }
        const elements = (lastRow - firstRow) * (lastColumn - firstColumn);
        store<f32>(output, total * (factor == 0 ? <f32>1 / <f32>elements : factor));
        output += 4;
      }
    }
    input += (<usize>(height * width)) << 2;
  }
}

/** The gradient of `averagePool`. */
export function averagePoolGradient(
  gradient: usize, result: usize, planes: i32, height: i32, width: i32, outHeight: i32, outWidth: i32,
  kernelHeight: i32, kernelWidth: i32, down: i32, across: i32, top: i32, left: i32, factor: f32, add: i32,
): void {
  if (!add) memory.fill(result, 0, (<usize>(planes * height * width)) << 2);
  for (let plane = 0; plane < planes; plane++) {
    for (let y = 0; y < outHeight; y++) {
      const firstRow = max(0, y * down - top);
      const lastRow = min(height, y * down - top + kernelHeight);
      for (let x = 0; x < outWidth; x++) {
        const firstColumn = max(0, x * across - left);
        const lastColumn = min(width, x * across - left + kernelWidth);
        const elements = (lastRow - firstRow) * (lastColumn - firstColumn);
        const share = load<f32>(gradient) * (factor == 0 ? <f32>1 / <f32>elements : factor);
        for (let row = firstRow; row < lastRow; row++) {
          for (let column = firstColumn; column < lastColumn; column++) {
            const at = result + ((<usize>(row * width + column)) << 2);
            store<f32>(at, load<f32>(at) + share);
          }
        }
        gradient += 4;
      }
    }
    result += (<usize>(height * width)) << 2;
  }
}
