/**
 * Reverses the filter of a row in place (W3C PNG clause 9).
 *
 * @param type 0…4
 * @param row its bytes, without the filter type
 * @param above the row before it in the same pass, unfiltered; zeros for the first
 * @param distance bytes from a sample to the same of the pixel to the left; 1 for less than a byte per pixel
 */
export function unfilter(type: number, row: Uint8Array, above: Uint8Array, distance: number): void {
  switch (type) {
    case 0:
      return;
    case 1:
      for (let i = distance; i < row.length; i++) row[i] += row[i - distance];
      return;
    case 2:
      for (let i = 0; i < row.length; i++) row[i] += above[i];
      return;
    case 3:
      for (let i = 0; i < distance; i++) row[i] += above[i] >> 1;
      for (let i = distance; i < row.length; i++) row[i] += (row[i - distance] + above[i]) >> 1;
      return;
    default:
      // Left and upper left of the first pixel are 0, of which Paeth takes what is above.
      for (let i = 0; i < distance; i++) row[i] += above[i];
      for (let i = distance; i < row.length; i++) {
        row[i] += paeth(row[i - distance], above[i], above[i - distance]);
      }
  }
}

/** What is nearest to left + above − corner (W3C PNG 9.4). */
function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
