import {
  GROUP, LAYER_BIAS, LAYER_IN, LAYER_MIN, LAYER_OUT, LAYER_SCALE, LAYER_SUM, LAYER_WEIGHTS, LIST_COUNT, LIST_LEAST, LIST_SLACK, LIST_UNIT,
  LIST_WORDS, NARROW_PANEL, WIDE_PANEL, WORK_LISTS, WORK_MOVES, WORK_SUMS,
} from '../layout';
import { narrowPanel, widePanel } from './panels';
import { findRange, listWords } from './quantise';

/** Half the range of an input as integers, 0 to 127. */
// @ts-ignore: decorator
@inline
const HALF: f32 = 63.5;
/** Half ranges below it count as none: their factor would leave float32. */
// @ts-ignore: decorator
@inline
const SMALLEST: f32 = 7.888609052210118e-31;

/**
 * y = max(min, W·x + b) for `count` inputs, each rounded to 7 bits over its own range. T is what is multiplied: i8, four in a word (relaxed
 * SIMD), or i16, two in a word; the sums are the same. `layer`, `work`: records of ../layout.ts. `input`: count × I floats, of which up to
 * 60 bytes are read beyond; `output`: count × O floats, written. Returns how many inputs were run: the next has an element that is not
 * finite.
 */
// @ts-ignore: decorator
@inline
export function runLayer<T>(layer: usize, work: usize, input: usize, output: usize, count: usize): usize {
  const inputs: usize = load<u32>(layer, LAYER_IN << 2), outputs: usize = load<u32>(layer, LAYER_OUT << 2);
  const perWord: usize = sizeof<T>() == 1 ? 4 : 2;
  const words = (inputs + perWord - 1) / perWord, bytesPerRow = words * perWord;
  const toPlaces = (words + LIST_SLACK) << 2, pitch = 2 * toPlaces + LIST_WORDS;
  for (let done: usize = 0; done < count; done += GROUP) {
    const group = min<usize>(GROUP, count - done);
    let list = work + WORK_LISTS;
    for (let at: usize = 0; at < group; at++, list += pitch, input += inputs << 2) {
      if (!listInput<T>(input, inputs, work + WORK_MOVES, list, toPlaces)) return done + at;
    }
    const sums = work + WORK_SUMS;
    let weights: usize = load<u32>(layer, LAYER_WEIGHTS << 2), row: usize = 0;
    for (; row + WIDE_PANEL <= outputs; row += WIDE_PANEL, weights += bytesPerRow * WIDE_PANEL) {
      list = work + WORK_LISTS;
      for (let at: usize = 0; at < group; at++, list += pitch) {
        const first = list + LIST_WORDS;
        widePanel<T>(first, first + (<usize>load<u32>(list, LIST_COUNT) << 2), toPlaces, weights, sums);
        finishRows(layer, row, WIDE_PANEL, list, sums, output + ((at * outputs + row) << 2));
      }
    }
    for (; row < outputs; row += NARROW_PANEL, weights += bytesPerRow * NARROW_PANEL) {
      list = work + WORK_LISTS;
      for (let at: usize = 0; at < group; at++, list += pitch) {
        const first = list + LIST_WORDS;
        narrowPanel<T>(first, first + (<usize>((load<u32>(list, LIST_COUNT) + 1) & ~1) << 2), toPlaces, weights, sums);
        finishRows(layer, row, min<usize>(NARROW_PANEL, outputs - row), list, sums, output + ((at * outputs + row) << 2));
      }
    }
    output += group * outputs << 2;
  }
  return count;
}

/** Writes the list of an input; returns whether it is finite. */
// @ts-ignore: decorator
@inline
function listInput<T>(input: usize, count: usize, moves: usize, list: usize, toPlaces: usize): bool {
  if (!findRange(input, count, list)) return false;
  const least = load<f32>(list), half = load<f32>(list, 4) * 0.5 - least * 0.5;
  const hasRange = half >= SMALLEST;
  const words = list + LIST_WORDS;
  const end = listWords<T>(input, <i32>count, least, hasRange ? HALF / half : 0, moves, words, toPlaces);
  store<f32>(list, least, LIST_LEAST);
  store<f32>(list, hasRange ? half / HALF : 0, LIST_UNIT);
  store<u32>(list, <u32>(end - words) >> 2, LIST_COUNT);
  store<u32>(end, 0);
  store<u32>(end + toPlaces, 0);
  return true;
}

/** Sums of `count` rows as what they stand for: max(min, unit·scale·Σ + least·sum + bias). */
// @ts-ignore: decorator
@inline
function finishRows(layer: usize, row: usize, count: usize, list: usize, sums: usize, output: usize): void {
  const at = row << 2;
  const scale = <usize>load<u32>(layer, LAYER_SCALE << 2) + at, sum = <usize>load<u32>(layer, LAYER_SUM << 2) + at;
  const bias = <usize>load<u32>(layer, LAYER_BIAS << 2) + at;
  const low = v128.load32_splat(layer, LAYER_MIN << 2);
  const unit = v128.load32_splat(list, LIST_UNIT), least = v128.load32_splat(list, LIST_LEAST);
  const end = count << 2;
  for (let k: usize = 0; k < end; k += 16) {
    const base = f32x4.add(v128.load(bias + k), f32x4.mul(v128.load(sum + k), least));
    const product = f32x4.mul(f32x4.convert_i32x4_s(v128.load(sums + k)), f32x4.mul(v128.load(scale + k), unit));
    const value = f32x4.pmax(f32x4.add(product, base), low);
    if (k + 16 <= end) {
      v128.store(output + k, value);
      continue;
    }
    v128.store(sums + k, value);
    for (; k < end; k += 4) store<f32>(output + k, load<f32>(sums + k));
  }
}
