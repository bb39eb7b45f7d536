import { SparseBuilder, type SparseCoefficients } from '../../../../kernels/coefficient-multiply/sparse.ts';
import { instantiate } from '../../../../kernels/embedded.ts';
import * as layout from '../../../../kernels/wasm/layout.ts';
import { WjpegError } from '../../../errors.ts';
import type { EncodedCoefficients, MatrixNode, Network, RowsNode } from '../../../weights/network.ts';
import type { Executor, ExecutorOptions, InputKind, ResidentBytes } from '../backend.ts';
import { checkInput, type InputWidths, inputWidths } from '../check-input.ts';
import { residentOf } from '../resident.ts';
import { KernelMemory } from './memory.ts';
import { type KernelBuild, type Kernels, kernelModule } from './module.ts';
import { coefficientRows, padRows, turnedTable, writeNode, writeSingle } from './node-record.ts';
import { entriesOnly, fastest, type PairRule } from './packed-single.ts';
import { allocateWork, type WorkSizes, workSizes } from './work.ts';

/** Inputs multiplied per decoding of a layer. */
const MAX_IMAGES = 256;

interface StreamNode {
  readonly name: string;
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly address: number;
  readonly device: number;
  /** Undefined for dense nodes. */
  readonly streamed: Streamed | undefined;
}

type Streamed = (Omit<RowsNode, 'coefficients'> | Omit<MatrixNode, 'coefficients'>) & {
  readonly encoded: EncodedCoefficients;
};

/**
 * `memory: 'stream'`: only the JPEG of a coefficient layer is resident. Every call decodes it again, one row of tiles
 * at a time, lays that part out and multiplies all inputs by it before decoding the next one.
 */
export class StreamExecutor implements Executor {
  readonly backend = 'wasm';
  readonly #memory = new KernelMemory(false);
  readonly #kernels: Kernels;
  readonly #precision: ExecutorOptions['precision'];
  readonly #rule: PairRule;
  readonly #nodes: readonly StreamNode[];
  readonly #sizes: WorkSizes;
  readonly #table: number;
  readonly #work: number;
  readonly #widths: InputWidths;
  /** Memory after this belongs to the current call. */
  readonly #callStart: number;

  constructor(network: Network, options: ExecutorOptions, build: KernelBuild) {
    const memory = this.#memory;
    this.#kernels = instantiate<Kernels>(kernelModule(build), memory.memory);
    this.#precision = options.precision;
    this.#rule = build === 'scalar' ? entriesOnly : fastest(options.precision);
    this.#nodes = network.nodes.map((node): StreamNode => {
      const before = memory.used;
      const address = writeNode(memory, node, options.precision);
      let streamed: Streamed | undefined;
      if (node.kind !== 'dense') {
        const { coefficients, encoded, ...shell } = node;
        if (!encoded) throw noJpeg(node.name);
        streamed = { ...shell, encoded } as Streamed;
        if (node.kind === 'rows') writeAllBlocks(memory, address, coefficients.columns / 64);
      }
      const { name, inFeatures, outFeatures } = node;
      return { name, inFeatures, outFeatures, address, device: memory.used - before, streamed };
    });
    const first = network.nodes[0];
    this.#table = first.kind === 'rows' ? memory.write(turnedTable(first.quantization)) : 0;
    this.#widths = inputWidths(first);
    this.#sizes = workSizes(network.nodes);
    this.#work = allocateWork(memory, this.#sizes);
    this.#callStart = memory.used;
  }

  get residentBytes(): ResidentBytes {
    return residentOf(
      this.#nodes.map(({ name, device, streamed }) => {
        return {
          ...{ name, weights: streamed?.kind ?? 'dense', precision: streamed ? this.#precision : 'float32' },
          ...{ host: streamed?.encoded.bytes.byteLength ?? 0, device },
        };
      }),
    );
  }

  get peakBytes(): number {
    return this.#memory.memory.buffer.byteLength + this.residentBytes.host;
  }

  async run(input: Float32Array, batch: number, kind: InputKind): Promise<Float32Array> {
    const width = checkInput(input, batch, kind, this.#widths);
    const out = this.#nodes[this.#nodes.length - 1].outFeatures;
    const logits = new Float32Array(batch * out);
    for (let first = 0; first < batch; first += MAX_IMAGES) {
      const count = Math.min(MAX_IMAGES, batch - first);
      const part = input.subarray(first * width, (first + count) * width);
      logits.set(this.#runPart(part, count, width, kind), first * out);
    }
    return logits;
  }

  dispose(): void {
    // Only memory is held, which is freed with the session.
  }

  #runPart(input: Float32Array, count: number, width: number, kind: InputKind): Float32Array {
    const memory = this.#memory;
    memory.rewind(this.#callStart);
    // Features of an image are contiguous, padded with zeros; results alternate between two buffers.
    const stride = Math.max(this.#sizes.features, this.#widths.coefficients) + 32;
    let values = memory.write(new Uint8Array(count * stride * 4));
    let next = memory.write(new Uint8Array(count * stride * 4));
    const works = Array.from({ length: count }, () => shareWork(memory, this.#work, this.#sizes));
    for (let image = 0; image < count; image++) {
      memory
        .floats(values + image * stride * 4, width)
        .set(input.subarray(image * width, (image + 1) * width));
    }
    this.#nodes.forEach((node, index) => {
      const table = index === 0 && kind === 'coefficients' ? this.#table : 0;
      this.#runNode(node, works, values, next, stride * 4, table);
      [values, next] = [next, values];
    });
    const out = this.#nodes[this.#nodes.length - 1].outFeatures;
    const logits = new Float32Array(count * out);
    for (let image = 0; image < count; image++) {
      logits.set(memory.floats(values + image * stride * 4, out), image * out);
    }
    return logits;
  }

  #runNode(
    { address, streamed }: StreamNode,
    works: readonly number[],
    input: number,
    output: number,
    step: number,
    table: number,
  ): void {
    const kernels = this.#kernels;
    const memory = this.#memory;
    if (!streamed) {
      works.forEach((work, i) => {
        kernels.runDense(address, work, input + i * step, output + i * step);
      });
      return;
    }
    const sums = works.map((work, i) => {
      kernels.transform(address, work, input + i * step, table);
      return kernels.inputSum(address, input + i * step, table);
    });
    // A part's rows are padded as it is multiplied; the next part overwrites the padding.
    const rows = padRows(coefficientRows(streamed));
    const zStep = (rows + 32) * 4;
    const before = memory.used;
    const z = memory.allocate(works.length * zStep);
    const partStart = memory.used;
    visitParts(streamed.encoded, (firstRow, part) => {
      memory.rewind(partStart);
      // The node's record without the coefficients.
      const record = memory.write(memory.words(address, layout.NODE_WORDS).slice());
      writeSingle(memory, record, streamed, part, this.#precision, this.#rule);
      works.forEach((work, i) => {
        kernels.multiply(record, work, z + i * zStep + firstRow * 4);
      });
    });
    works.forEach((_, i) => {
      const products = z + i * zStep;
      if (streamed.kind === 'rows') {
        const target = output + i * step;
        memory.floats(target, streamed.outFeatures).set(memory.floats(products, streamed.outFeatures));
        kernels.complete(address, target, target, sums[i]);
      } else {
        kernels.complete(address, products, output + i * step, sums[i]);
      }
    });
    memory.rewind(before);
  }
}

function noJpeg(name: string): WjpegError {
  return new WjpegError(
    'misuse',
    'STREAM_NO_JPEG',
    `memory 'stream' needs layers stored as JPEGs, layer '${name}' is not: use 'speed' or 'compact'`,
  );
}

/** Decodes a JPEG from top to bottom; `visit` receives one part at a time, and only one is in memory. */
function visitParts(
  { columns, rowsPerPart, read }: EncodedCoefficients,
  visit: (firstRow: number, part: SparseCoefficients) => void,
): void {
  let builder = new SparseBuilder(columns);
  let firstRow = 0;
  const flush = (): void => {
    if (builder.rows === 0) return;
    const part = builder.finish();
    builder = new SparseBuilder(columns);
    visit(firstRow, part);
    firstRow += part.rows;
  };
  read((row, filled) => {
    builder.addRow(row, filled);
    if (builder.rows === rowsPerPart) flush();
  });
  flush();
}

/** Another input's work memory, which shares everything that does not outlive a kernel. */
function shareWork(memory: KernelMemory, address: number, sizes: WorkSizes): number {
  const record = memory.words(address, layout.WORK_WORDS).slice();
  record[layout.WORK_X] = memory.write(new Uint8Array(sizes.columns * 4));
  record[layout.WORK_ACTIVE] = memory.allocate(sizes.blocks);
  return memory.write(record);
}

/** For nodes with coefficients in parts: marks every block of the input for the transform. */
function writeAllBlocks(memory: KernelMemory, address: number, blocks: number): void {
  const segments = new Uint32Array(blocks * layout.SEGMENT_WORDS);
  for (let block = 0; block < blocks; block++) {
    segments[block * layout.SEGMENT_WORDS + layout.SEGMENT_BLOCK] = block;
  }
  memory.setWords(address, [
    [layout.C_SEGMENTS, memory.write(segments)],
    [layout.C_SEGMENT_COUNT, blocks],
  ]);
}
