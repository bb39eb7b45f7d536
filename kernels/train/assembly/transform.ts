/**
 * Block transforms, T.81 A.3.3 (orthonormal). `basis` points to the 64 floats of the forward transform, row u holding
 * frequency u; `transposed` to its transpose.
 */

/**
 * A matrix of whole blocks → coefficients in block order (`inverse` false), or back (`inverse` true).
 * `matrix`: (down·8) × (across·8) row-major; `blocks`: down·across × 64.
 */
export function transformMatrix(
  down: i32, across: i32, matrix: usize, blocks: usize, inverse: bool,
  basis: usize, transposed: usize, work: usize,
): void {
  const line = (<usize>across) << 5;
  for (let i = 0; i < down; i++) {
    for (let j = 0; j < across; j++) {
      const at = matrix + ((<usize>j) << 5);
      if (inverse) transformBlock(blocks, 32, at, line, transposed, basis, work);
      else transformBlock(at, line, blocks, 32, basis, transposed, work);
      blocks += 256;
    }
    matrix += line << 3;
  }
}

/** target = left · source · right for 8×8 blocks; `left` and `right` are each other's transpose. Lines in bytes. */
function transformBlock(
  source: usize, sourceLine: usize, target: usize, targetLine: usize, left: usize, right: usize, work: usize,
): void {
  // work = source · right: each row of source combines the rows of `right`.
  for (let row: usize = 0; row < 8; row++) {
    combine(source + row * sourceLine, 4, right, 32, work + (row << 5));
  }
  // target = left · work: each row of `left` combines the rows of work.
  for (let row: usize = 0; row < 8; row++) {
    combine(left + (row << 5), 4, work, 32, target + row * targetLine);
  }
}

/** target[0…7] = Σ_i factors[i] · rows[i][0…7]. */
// @ts-ignore: decorator
@inline
function combine(factors: usize, step: usize, rows: usize, line: usize, target: usize): void {
  let low = f32x4.splat(0);
  let high = f32x4.splat(0);
  for (let i = 0; i < 8; i++) {
    const factor = v128.load_splat<f32>(factors);
    low = f32x4.add(low, f32x4.mul(factor, v128.load(rows)));
    high = f32x4.add(high, f32x4.mul(factor, v128.load(rows, 16)));
    factors += step;
    rows += line;
  }
  v128.store(target, low);
  v128.store(target, high, 16);
}
