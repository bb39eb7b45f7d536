import { decodeBase64, instantiate, moduleOf } from '../embedded.ts';
import { JPEG_HUFFMAN_WASM } from './kernels-wasm.ts';

/** A Huffman code, as T.81 F.2.2.3 decodes it. The kernel keeps what it makes of one as long as the same object comes. */
export interface HuffmanCode {
  /** By length, 1 to 16: the largest code, −1 if there is none. */
  readonly maxCode: Int32Array;
  /** By length: what makes a code its place in `symbols`. */
  readonly symbolOffset: Int32Array;
  readonly symbols: Uint8Array;
}

/** A component of a scan. */
export interface SequentialComponent {
  /** Blocks of it in an MCU. */
  readonly across: number;
  readonly down: number;
  readonly dc: HuffmanCode;
  readonly ac: HuffmanCode;
  /** Whether AC coefficients are only skipped. */
  readonly dcOnly: boolean;
}

interface Exports {
  buildTable(table: number, dc: boolean): void;
  buildSkipTable(table: number, skip: number): void;
  beginScan(data: number, dataEnd: number, reversed: number, restartInterval: number): void;
  decodeRow(mcus: number, components: number): number;
  finishSegment(): number;
}

const PAGE = 65536;
/** As in assembly/index.ts. */
const ZIGZAG = 1024;
const COMPONENTS = 1088;
const TABLES = 2048;
const TABLE_BYTES = 4608;
const [MAX_CODE, SYMBOL_OFFSET, SYMBOLS] = [4096, 4168, 4240];
/** Four DC tables, four AC tables, and four to skip AC coefficients by. */
const SKIP_TABLES = TABLES + 8 * TABLE_BYTES;
const SKIP_TABLE_BYTES = 32768;
const FREE = SKIP_TABLES + 4 * SKIP_TABLE_BYTES;
/** What a block may take at most: loads reach so far beyond data that end too early. */
const MARGIN = 512;
/**
 * Scans that take no more are decoded in a memory that is kept, with its tables, those of photographs of 12 megapixels as a rule;
 * larger ones in one of their own.
 */
const KEPT_PAGES = 256;
/** At least, so that small pictures of any size share one. */
const LEAST_PAGES = 4;

/** A memory with its instance, and the codes whose tables it holds. */
class Place {
  readonly pages: number;
  readonly exports: Exports;
  readonly bytes: Uint8Array;
  readonly #codes: (HuffmanCode | undefined)[] = [];

  constructor(pages: number, zigzag: Uint8Array) {
    const module = moduleOf('jpeg-huffman', () => decodeBase64(JPEG_HUFFMAN_WASM));
    const memory = new WebAssembly.Memory({ initial: pages, maximum: PAGE });
    this.pages = pages;
    this.exports = instantiate(module, memory);
    this.bytes = new Uint8Array(memory.buffer);
    for (let k = 0; k < 64; k++) this.bytes[ZIGZAG + k] = 2 * zigzag[k];
  }

  /** The place of a code's table. */
  table(code: HuffmanCode, index: number, isDc: boolean): number {
    const table = TABLES + index * TABLE_BYTES;
    if (this.#isKept(code, index)) return table;
    new Int32Array(this.bytes.buffer, table + MAX_CODE, 17).set(code.maxCode);
    new Int32Array(this.bytes.buffer, table + SYMBOL_OFFSET, 17).set(code.symbolOffset);
    this.bytes.set(code.symbols, table + SYMBOLS);
    this.exports.buildTable(table, isDc);
    return table;
  }

  /** The place of a table to skip an AC code by, which is in place. */
  skipTable(code: HuffmanCode, acTable: number, index: number): number {
    const skip = SKIP_TABLES + index * SKIP_TABLE_BYTES;
    if (!this.#isKept(code, 8 + index)) this.exports.buildSkipTable(acTable, skip);
    return skip;
  }

  /** Whether a table is that of a code; if not, it is to become so. */
  #isKept(code: HuffmanCode, index: number): boolean {
    const isKept = this.#codes[index] === code;
    this.#codes[index] = code;
    return isKept;
  }
}

let kept: Place | undefined;

function placeOf(pages: number, zigzag: Uint8Array): Place {
  if (kept && kept.pages >= pages) return kept;
  const place = new Place(Math.max(pages, LEAST_PAGES), zigzag);
  if (pages <= KEPT_PAGES) kept = place;
  return place;
}

/**
 * Decodes a scan of sequential, Huffman-coded blocks, a row of MCUs at a time, if it is sound throughout; `undefined` from
 * `nextRow` or `finish` says that it is not.
 */
export class SequentialScan {
  readonly #place: Place;
  readonly #rows: readonly Int16Array[];
  readonly #clear: Int16Array;
  readonly #mcusPerRow: number;
  readonly #shift: number;

  /**
   * @param bytes the stream
   * @param offset of the entropy-coded data
   * @param mcusPerRow MCUs in a row
   * @param restartInterval MCUs between restart markers, or 0
   * @param zigzag T.81 Figure A.6
   */
  constructor(
    bytes: Uint8Array,
    offset: number,
    mcusPerRow: number,
    restartInterval: number,
    components: readonly SequentialComponent[],
    zigzag: Uint8Array,
  ) {
    const sizes = components.map(
      ({ across, down, dcOnly }) => mcusPerRow * across * down * (dcOnly ? 1 : 64) * 2,
    );
    // A DC alone takes two bytes, and rows begin at multiples of eight.
    const starts: number[] = [];
    let data = FREE;
    for (const size of sizes) {
      starts.push(data);
      data += (size + 7) & ~7;
    }
    const { length } = bytes.subarray(offset);
    const reversed = (data + 2 * length + MARGIN + 7) & ~7;
    const pages = Math.ceil(reversed / PAGE);
    const place = placeOf(pages, zigzag);
    const { exports } = place;
    const memory = place.bytes;
    memory.set(bytes.subarray(offset), data);
    const records = new Int32Array(memory.buffer, COMPONENTS, components.length * 8);
    components.forEach(({ across, down, dc, ac, dcOnly }, index) => {
      // Components of the same code share its tables.
      const same = components.findIndex((other) => other.ac === ac);
      const acTable = place.table(ac, 4 + same, false);
      const skip = dcOnly ? place.skipTable(ac, acTable, same) : 0;
      const at = index * 8;
      records[at] = across;
      records[at + 1] = down;
      records[at + 2] = place.table(dc, index, true);
      records[at + 3] = acTable;
      records[at + 4] = starts[index];
      records[at + 5] = sizes[index] / down;
      records[at + 7] = skip;
    });
    exports.beginScan(data, data + length, reversed, restartInterval);
    this.#place = place;
    this.#mcusPerRow = mcusPerRow;
    this.#shift = offset - data;
    this.#rows = sizes.map((size, index) => new Int16Array(memory.buffer, starts[index], size / 2));
    this.#clear = new Int16Array(memory.buffer, FREE, (data - FREE) / 2);
  }

  /**
   * The next row of MCUs: of each component its rows of blocks, 64 coefficients a block in natural order or its DC alone.
   * Overwritten by the next call.
   */
  nextRow(): readonly Int16Array[] | undefined {
    this.#clear.fill(0);
    return this.#place.exports.decodeRow(this.#mcusPerRow, this.#rows.length) ? this.#rows : undefined;
  }

  /** Offset in the stream of the marker after the scan. */
  finish(): number | undefined {
    const marker = this.#place.exports.finishSegment();
    return marker === 0 ? undefined : marker + this.#shift;
  }
}
