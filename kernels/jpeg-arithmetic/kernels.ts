import { decodeBase64, instantiate, moduleOf } from '../embedded.ts';
import { JPEG_ARITHMETIC_WASM } from './kernels-wasm.ts';

/** Tables of the coding, the same for all streams. */
export interface CodingTables {
  /** By statistics bin: Qe, the bin after the more probable symbol, and the one after the less probable. */
  readonly probability: Uint16Array;
  readonly afterMoreProbable: Uint8Array;
  readonly afterLessProbable: Uint8Array;
  /** T.81 Figure A.6. */
  readonly zigzag: Uint8Array;
}

/** Which coefficients are coded with which statistics, as the bins' addresses need it. */
export interface Conditioning {
  /** Reduced to their highest bit: DC differences below count as zero, those above as large. */
  readonly zeroBelow: number;
  readonly largeAbove: number;
  /** Kx. */
  readonly acThreshold: number;
}

interface Exports {
  beginScan(dataEnd: number, zeroBelow: number, largeAbove: number, acThreshold: number): void;
  beginSegment(data: number): void;
  decodeBlock(): number;
  finishSegment(): number;
}

/** As in assembly/index.ts. */
const [QE, AFTER_MORE, AFTER_LESS, ZIGZAG, BLOCK, DATA] = [1024, 1536, 1792, 2048, 2112, 4096];
const [EMPTY, FILLED] = [0, 1];
/** One memory is kept for all scans, of this size: 1 MiB. */
const PAGES = 16;
const PAGE = 65536;
/** No scan has more data than this. */
const MAX_BYTES = PAGES * PAGE - DATA - 1;

interface Place {
  readonly exports: Exports;
  readonly bytes: Uint8Array;
  readonly block: Int16Array;
  /** Whose data the memory holds. */
  owner?: SequentialArithmeticScan;
}

let kept: Place | undefined;

function makePlace(tables: CodingTables): Place {
  const module = moduleOf('jpeg-arithmetic', () => decodeBase64(JPEG_ARITHMETIC_WASM));
  const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });
  const bytes = new Uint8Array(memory.buffer);
  new Uint16Array(memory.buffer, QE).set(tables.probability);
  bytes.set(tables.afterMoreProbable, AFTER_MORE);
  bytes.set(tables.afterLessProbable, AFTER_LESS);
  for (let k = 0; k < 64; k++) bytes[ZIGZAG + k] = 2 * tables.zigzag[k];
  return { exports: instantiate(module, memory), bytes, block: new Int16Array(memory.buffer, BLOCK, 64) };
}

/** Decodes a sequential scan of one component, arithmetic-coded, as long as it is sound. */
export class SequentialArithmeticScan {
  readonly #place: Place;
  /** From a place in the stream to one in memory. */
  readonly #shift: number;

  /**
   * @param bytes the stream
   * @param offset of the entropy-coded data
   * @throws where WebAssembly is unavailable, or the data take more than 1 MiB
   */
  constructor(bytes: Uint8Array, offset: number, conditioning: Conditioning, tables: CodingTables) {
    const data = bytes.subarray(offset);
    if (data.length > MAX_BYTES) throw new RangeError('too many bytes');
    kept ??= makePlace(tables);
    this.#place = kept;
    this.#shift = DATA - offset;
    kept.owner = this;
    kept.bytes.set(data, DATA);
    const end = DATA + data.length;
    // No zero that would be one of stuffing.
    kept.bytes[end] = 0xff;
    const { zeroBelow, largeAbove, acThreshold } = conditioning;
    kept.exports.beginScan(end, zeroBelow, largeAbove, acThreshold);
  }

  /** Begins a segment at this offset in the stream. */
  start(offset: number): void {
    if (this.#isOwner()) this.#place.exports.beginSegment(offset + this.#shift);
  }

  /**
   * The next block: 64 coefficients in natural order, overwritten by the next call; null if all are zero, undefined if it is not
   * sound.
   */
  block(): Int16Array | null | undefined {
    const { exports, block } = this.#place;
    const state = this.#isOwner() ? exports.decodeBlock() : undefined;
    return state === FILLED ? block : state === EMPTY ? null : undefined;
  }

  /** Offset in the stream of the marker after the segment; undefined if its end is not sound. */
  finish(): number | undefined {
    const marker = this.#isOwner() ? this.#place.exports.finishSegment() : 0;
    return marker === 0 ? undefined : marker - this.#shift;
  }

  /** Whether no other scan has been begun since. */
  #isOwner(): boolean {
    return this.#place.owner === this;
  }
}
