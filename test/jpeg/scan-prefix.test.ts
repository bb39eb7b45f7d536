import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { greyImage } from '../../src/compress/layer-image.ts';
import { decodeCoefficients, encodeCoefficients } from '../../src/jpeg/index.ts';
import { ScanPrefix } from '../../src/jpeg/markers/scan-prefix.ts';
import { segment } from './stream-builder.ts';

/** Made-up coefficients: small ones, and few. */
function image() {
  const quantization = new Uint16Array(64).fill(3);
  const coefficients = new Int16Array(64 * 12);
  for (let i = 0; i < coefficients.length; i += 3) coefficients[i] = ((i * 37) % 15) - 7;
  return greyImage(32, 24, quantization, coefficients);
}

const SCANS = [
  [0, 0, 0, 1],
  [1, 5, 0, 1],
  [6, 63, 0, 1],
  [0, 0, 1, 0],
  [1, 63, 1, 0],
].map(([spectralStart, spectralEnd, approximationHigh, approximationLow]) => ({
  components: [0],
  spectralStart,
  spectralEnd,
  approximationHigh,
  approximationLow,
}));

/** What a decoder knows of the coefficients after the first `scans` scans. */
function expected(scans: number): Int16Array {
  const zigzag = encodeOrder();
  return image().components[0].coefficients.map((value, index) => {
    const k = zigzag[index & 63];
    const seen = SCANS.slice(0, scans).filter((scan) => k >= scan.spectralStart && k <= scan.spectralEnd);
    const low = seen.at(-1)?.approximationLow;
    if (low === undefined) return 0;
    // DC is shifted, AC divided towards zero (T.81 G.1.2).
    return k === 0 ? (value >> low) << low : Math.trunc(value / 2 ** low) * 2 ** low;
  });
}

/** Zigzag index of each natural index, from T.81 Figure A.6, by walking the diagonals. */
function encodeOrder(): number[] {
  const order: number[] = new Array(64);
  let k = 0;
  for (let sum = 0; sum < 15; sum++) {
    const cells = Array.from({ length: 8 }, (_, v) => [v, sum - v]).filter(([, u]) => u >= 0 && u < 8);
    for (const [v, u] of sum % 2 === 0 ? cells.reverse() : cells) order[v * 8 + u] = k++;
  }
  return order;
}

describe('scans that have arrived', () => {
  const stream = encodeCoefficients(image(), { scans: SCANS });

  it('are a JPEG of what they have brought, whatever the pieces they came in', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }), (pieces) => {
        const prefix = new ScanPrefix();
        let scansBefore = 0;
        for (let end = 0, i = 0; end < stream.length; i++) {
          end = Math.min(stream.length, end + pieces[i % pieces.length]);
          const arrived = stream.subarray(0, end);
          prefix.advance(arrived);
          expect(prefix.scans).toBeGreaterThanOrEqual(scansBefore);
          scansBefore = prefix.scans;
          if (prefix.scans === 0) continue;
          const [component] = decodeCoefficients(prefix.of(arrived)).components;
          expect(component.coefficients).toEqual(expected(prefix.scans));
        }
        expect(prefix.scans).toBe(SCANS.length);
        expect(prefix.complete).toBe(true);
        expect(prefix.of(stream)).toBe(stream);
      }),
      { numRuns: 30 },
    );
  });

  it('are counted where their last byte and the marker after it are there, no sooner', () => {
    const at: number[] = [];
    for (let end = 0; end <= stream.length; end++) {
      const prefix = new ScanPrefix();
      prefix.advance(stream.subarray(0, end));
      if (prefix.scans > at.length) at.push(end);
    }
    // Every scan is followed by DHT, SOS or EOI.
    for (const end of at) expect([0xc4, 0xda, 0xd9]).toContain(stream[end - 1]);
    expect(at).toHaveLength(SCANS.length);
  });

  it('go past restart markers and stuffed bytes', () => {
    const restarts = encodeCoefficients(image(), { scans: SCANS, restartInterval: 2 });
    const prefix = new ScanPrefix();
    prefix.advance(restarts);
    expect(prefix).toMatchObject({ scans: SCANS.length, complete: true });
  });

  it('are told from fill bytes, TEM and restart markers wherever the pieces end', () => {
    const restarts = encodeCoefficients(image(), { scans: SCANS, restartInterval: 1 });
    const parts: number[] = [0xff, 0xd8, 0xff, 0xff, 0x01, ...segment(0xef, ...new Array(300).fill(0))];
    for (let at = 2; at < restarts.length; at++) {
      // A fill byte before every marker, and two before EOI (T.81 B.1.1.2).
      const isMarker = restarts[at] === 0xff && restarts[at + 1] !== 0;
      if (isMarker) parts.push(...(restarts[at + 1] === 0xd9 ? [0xff, 0xff] : [0xff]));
      parts.push(restarts[at]);
    }
    const filled = Uint8Array.from(parts);
    expect(decodeCoefficients(filled).components[0].coefficients).toEqual(expected(SCANS.length));
    const whole = new ScanPrefix();
    let scans = 0;
    for (let end = 2; end <= filled.length; end++) {
      const arrived = filled.subarray(0, end);
      whole.advance(arrived);
      const fresh = new ScanPrefix();
      fresh.advance(arrived);
      expect(fresh).toMatchObject({ scans: whole.scans, bytes: whole.bytes, complete: whole.complete });
      expect(whole.complete).toBe(end === filled.length);
      if (whole.scans === scans) continue;
      scans = whole.scans;
      const [component] = decodeCoefficients(whole.of(arrived)).components;
      expect(component.coefficients).toEqual(expected(scans));
    }
    expect(scans).toBe(SCANS.length);
  });

  it('end where the next marker is no marker', () => {
    const first = stream.indexOf(0xda);
    const broken = stream.slice();
    broken[first - 1] = 0;
    const prefix = new ScanPrefix();
    prefix.advance(broken);
    expect(prefix).toMatchObject({ scans: 0, bytes: 0, complete: false });
  });

  it('are none of a sequential JPEG before its end', () => {
    const sequential = encodeCoefficients(image());
    const prefix = new ScanPrefix();
    prefix.advance(sequential.subarray(0, -2));
    expect(prefix).toMatchObject({ scans: 0, complete: false });
    prefix.advance(sequential);
    expect(prefix).toMatchObject({ scans: 1, complete: true });
  });

  it('leave what is no JPEG to the decoder', () => {
    const prefix = new ScanPrefix();
    prefix.advance(Uint8Array.from([0xff, 0xd8, 1, 2, 3, 4]));
    expect(prefix).toMatchObject({ scans: 0, complete: false });
  });
});
