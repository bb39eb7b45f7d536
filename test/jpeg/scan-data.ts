/** The entropy-coded data of each scan of a stream, restart markers and stuffing and all. */
export function scanData(jpeg: Uint8Array): Uint8Array[] {
  const scans: Uint8Array[] = [];
  let at = 2;
  while (jpeg[at + 1] !== 0xd9) {
    const isScan = jpeg[at + 1] === 0xda;
    at += 2 + jpeg[at + 2] * 256 + jpeg[at + 3];
    if (!isScan) continue;
    const start = at;
    while (jpeg[at] !== 0xff || jpeg[at + 1] === 0 || (jpeg[at + 1] >= 0xd0 && jpeg[at + 1] <= 0xd7)) at++;
    scans.push(Uint8Array.from(jpeg.subarray(start, at)));
  }
  return scans;
}
