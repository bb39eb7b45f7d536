import { MARKER } from '../../jpeg/markers/markers.ts';
import { endOfScan } from '../../jpeg/markers/scan-prefix.ts';
import type { WjzFile } from '../reading.ts';

/** What the parts of a body take: unpacked, and in the file. */
export interface BodyBytes {
  /** The manifest as JSON, and the tensors. */
  readonly json: number;
  readonly tensors: number;
  /** In the file: the manifest alone where the body is stored, else all of it together. */
  readonly manifest?: number;
  readonly body?: number;
}

/** What the bytes of a model that is one JPEG are spent on; they add up to all of its bytes. */
export function pictureEntries(bytes: Uint8Array, sizes: BodyBytes): WjzFile['entries'] {
  const { json, tensors, manifest, body } = sizes;
  const { quantization, entropy, coefficients } = countSegments(bytes);
  const own =
    manifest === undefined
      ? [{ name: 'model.json and tensors', bytes: json + tensors, compressedBytes: body as number }]
      : [
          { name: 'model.json', bytes: json, compressedBytes: manifest },
          ...(tensors > 0 ? [{ name: 'tensors', bytes: tensors, compressedBytes: tensors }] : []),
        ];
  const entries = [
    ...own,
    plain('quantization tables', quantization),
    ...(entropy > 0 ? [plain('entropy coding tables', entropy)] : []),
    plain('coefficients', coefficients),
  ];
  const rest = bytes.length - entries.reduce((sum, { compressedBytes }) => sum + compressedBytes, 0);
  return [...entries, plain('markers and check value', rest)];
}

function plain(name: string, bytes: number): WjzFile['entries'][number] {
  return { name, bytes, compressedBytes: bytes };
}

/** Bytes of segments with tables, and of entropy-coded data. The stream has been decoded, so it is in order. */
function countSegments(bytes: Uint8Array): { quantization: number; entropy: number; coefficients: number } {
  const counts = { quantization: 0, entropy: 0, coefficients: 0 };
  for (let at = 2; at + 4 <= bytes.length; ) {
    const marker = bytes[at + 1];
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === MARKER.EOI) break;
    const length = 2 + bytes[at + 2] * 256 + bytes[at + 3];
    at += length;
    if (marker === MARKER.DQT) counts.quantization += length;
    if (marker === MARKER.DHT || marker === MARKER.DAC) counts.entropy += length;
    if (marker !== MARKER.SOS) continue;
    const { end } = endOfScan(bytes, at);
    counts.coefficients += end - at;
    at = end;
  }
  return counts;
}
