import { DCT_BASIS } from '../src/jpeg/dct/basis.ts';
import type { KernelNode } from './node.ts';

/** `basis[u * 8 + x]` = α(u)·cos((2x + 1)uπ ÷ 16): a single array, so that a device stores it once. */
export const BASIS: Float32Array = Float32Array.from(DCT_BASIS);

/**
 * Shared parts of the WGSL kernels. Each `*.wgsl.ts` file is one operation: its source, and a function that creates a
 * step for given weights. Activations are [features][images], images contiguous: lanes with neighbouring images read
 * neighbouring memory. A kernel handles `V` values at a time: one image (f32) if there is only one, else four (vec4f),
 * so that `lanes` = 1 or ⌈images ÷ 4⌉ values form a feature.
 */
export interface WgslStep {
  readonly name: string;
  /** WGSL with the entry point `main`, for one image or for lanes of four, and for a number of lanes. */
  source(vector: boolean, lanes: number): string;
  /** The uniform struct `parameters` of the source. */
  readonly parameters: ArrayBuffer;
  /** Read-only storage buffers, in the order of their bindings. */
  readonly weights: readonly (Float32Array | Uint32Array)[];
  /** Also reads Σx of the inputs; all steps read the outputs of the previous step. */
  readonly readsSums: boolean;
  /** Its outputs are Σx of the inputs; the values are unchanged. */
  readonly writesSums?: boolean;
  /** Outputs per image. */
  readonly width: number;
  /** How it is distributed over a device for a number of lanes. */
  plan(lanes: number): WgslPlan;
  /** Adds the partial sums of a row's workgroups if `plan` splits rows; its inputs are this step's outputs. */
  readonly partSum?: WgslStep;
}

/** A step of a graph's node. */
export interface WgslNodeStep extends WgslStep {
  /** Which inputs of the node it reads, in the order of their bindings; several steps of a node write one output. */
  readonly reads: readonly number[];
}

/** Makes the steps of a node; all of them write its one output. */
export type WgslKernel<A> = (node: KernelNode<A>) => readonly WgslNodeStep[];

/** How one step is shared out; constants are the `override`s of its source. */
export interface WgslPlan {
  readonly constants: Readonly<Record<string, number>>;
  /** Workgroups along the lanes. */
  readonly laneGroups: number;
  /** Workgroups along the outputs, see `workgroupIndex`. */
  readonly itemGroups: number;
  /** Workgroups per row; if more than one, each writes its own sum, [splits][width][lanes]. */
  readonly splits: number;
}

/**
 * The head of every kernel: per-call values (binding 0), the parameters (1), then the storage buffers. `buffers`: name
 * and type; the last one is written.
 */
export function header(
  vector: boolean,
  parameters: string,
  buffers: Readonly<Record<string, string>>,
): string {
  const entries = Object.entries(buffers);
  const storage = entries.map(([name, type], index) => {
    const access = index === entries.length - 1 ? 'read_write' : 'read';
    return `@group(0) @binding(${index + 2}) var<storage, ${access}> ${name}: ${type};`;
  });
  return `
alias V = ${vector ? 'vec4f' : 'f32'};
alias Flags = ${vector ? 'vec4<bool>' : 'bool'};
struct Call { lanes: u32, images: u32, paddedImages: u32 }
struct Epilogue { scale: f32, offset: f32, relu: u32, stride: u32 }
struct Parameters { ${parameters} }
@group(0) @binding(0) var<uniform> call: Call;
@group(0) @binding(1) var<uniform> parameters: Parameters;
${storage.join('\n')}

// More workgroups than fit in one dimension are laid out in two.
fn workgroupIndex(group: vec3u, groups: vec3u) -> u32 {
  return group.y + group.z * groups.y;
}
`;
}

/** `epilogue`: scale·sum + offset·Σx + bias, then ReLU; needs `rowData`, `sums` and `parameters.epilogue`. */
export const FINISH = `
fn epilogue(row: u32, sum: V, lane: u32) -> V {
  let stride = parameters.epilogue.stride;
  var scale = parameters.epilogue.scale;
  var offset = parameters.epilogue.offset;
  if (stride == 3u) {
    scale = rowData[row * 3u + 1u];
    offset = rowData[row * 3u + 2u];
  }
  var value = scale * sum + offset * sums[lane];
  if (stride > 0u) {
    value += V(rowData[row * stride]);
  }
  // Not just max: it may turn NaN into 0 and thereby hide a wrong result.
  return select(value, V(0), (value < V(0)) & Flags(parameters.epilogue.relu != 0u));
}
`;

/** `addUpParts`: Σ of `sum` over the PARTS threads of a row, by a tree in workgroup memory; valid for `part` 0. */
export const ADD_UP_PARTS = `
var<workgroup> partSums: array<V, LANES * PARTS * ROWS>;
fn addUpParts(sum: V, lane: u32, part: u32, row: u32) -> V {
  if (PARTS == 1u) {
    return sum;
  }
  let at = (row * PARTS + part) * LANES + lane;
  partSums[at] = sum;
  workgroupBarrier();
  for (var half = PARTS / 2u; half > 0u; half /= 2u) {
    if (part < half) {
      partSums[at] += partSums[at + half * LANES];
    }
    workgroupBarrier();
  }
  return partSums[at];
}
`;

const ENTRY_PARAMETERS = `
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) local: vec3u,
`;

/**
 * Entry point of kernels with one thread per output (`planOutputs`). `body` computes output `item` of `lane`; `count`:
 * how many items exist.
 */
export function perOutput(item: string, count: string, body: string): string {
  return `
override LANES: u32 = 1u;
override ITEMS: u32 = 1u;

@compute @workgroup_size(LANES, ITEMS)
fn main(${ENTRY_PARAMETERS}) {
  let ${item} = workgroupIndex(group, groups) * ITEMS + local.y;
  let lane = group.x * LANES + local.x;
  if (${item} >= ${count} || lane >= call.lanes) {
    return;
  }
  ${body}
}
`;
}

/** Where a line along an axis begins, `first`, and how far its elements are apart, `step`; needs `parameters` length and inner. */
export function alongAxis(line: string): string {
  return `let step = parameters.inner * call.lanes;
  let first = (${line} / parameters.inner * parameters.length * parameters.inner + ${line} % parameters.inner) * call.lanes + lane;`;
}

/**
 * Entry point of kernels in which threads and workgroups share a row (`planRows`). `body` adds to `sum` this thread's
 * part of `row` and `lane`: pieces `split * PARTS + local.y`, then every `PARTS * SPLITS`th.
 */
export function perRow(body: string): string {
  return `
override LANES: u32 = 1u;
override PARTS: u32 = 1u;
override ROWS: u32 = 1u;
override SPLITS: u32 = 1u;
${FINISH}
${ADD_UP_PARTS}

@compute @workgroup_size(LANES, PARTS, ROWS)
fn main(${ENTRY_PARAMETERS}) {
  let index = workgroupIndex(group, groups);
  let split = index % SPLITS;
  let row = index / SPLITS * ROWS + local.z;
  let lane = group.x * LANES + local.x;
  let inside = row < parameters.rows && lane < call.lanes;
  var sum = V(0);
  if (inside) {
    ${body}
  }
  sum = addUpParts(sum, local.x, local.y, local.z);
  if (inside && local.y == 0u) {
    if (SPLITS > 1u) {
      outputs[(split * parameters.rows + row) * call.lanes + lane] = sum;
    } else {
      outputs[row * call.lanes + lane] = epilogue(row, sum, lane);
    }
  }
}
`;
}

/** The data of `epilogue` per row. */
export interface RowEpilogue {
  /** One value, or one per row. */
  readonly scale: ArrayLike<number>;
  readonly offset: ArrayLike<number> | null;
  readonly bias: Float32Array | null;
  readonly relu: boolean;
}

/** The identity: sums are left unchanged. */
export const PLAIN_EPILOGUE: RowEpilogue = { scale: [1], offset: null, bias: null, relu: false };

/** The uniform `Epilogue` as four words, and `rowData`: empty, biases, or (bias, scale, offset) per row. */
export interface PackedEpilogue {
  readonly words: readonly Word[];
  readonly rowData: Float32Array;
}

export function packEpilogue({ scale, offset, bias, relu }: RowEpilogue, rows: number): PackedEpilogue {
  const perRow = scale.length > 1 || (offset?.length ?? 1) > 1;
  const stride = perRow ? 3 : bias ? 1 : 0;
  const rowData = new Float32Array(rows * stride);
  for (let row = 0; row < rows && stride > 0; row++) {
    rowData[row * stride] = bias?.[row] ?? 0;
    if (!perRow) continue;
    rowData[row * stride + 1] = scale[scale.length === 1 ? 0 : row];
    rowData[row * stride + 2] = offset?.[offset.length === 1 ? 0 : row] ?? 0;
  }
  return { words: [{ float: scale[0] }, { float: offset?.[0] ?? 0 }, relu ? 1 : 0, stride], rowData };
}

/** One 32-bit word of a uniform struct: a signed or unsigned integer, or a float. */
export type Word = number | { readonly float: number };

/** A uniform struct of 32-bit members; such structs are multiples of 16 bytes. */
export function packParameters(words: readonly Word[]): ArrayBuffer {
  const buffer = new ArrayBuffer(16 * Math.ceil(words.length / 4));
  const view = new DataView(buffer);
  words.forEach((word, index) => {
    if (typeof word === 'number') view.setUint32(index * 4, word, true);
    else view.setFloat32(index * 4, word.float, true);
  });
  return buffer;
}

/** Threads of a workgroup; a multiple of the subgroup size of GPUs (32 or 64). */
const THREADS = 64;
/** Maximum lanes per workgroup: 32 lanes of four images read 512 contiguous bytes. */
const MAX_LANES = 32;
/**
 * Threads that keep a GPU busy. Small ones run some ten thousand at once, large ones some hundred thousand; beyond this
 * number, splitting rows further only adds sums.
 */
export const ENOUGH_THREADS = 65_536;

/** For kernels with one thread per output. */
export function planOutputs(outputs: number, lanes: number): WgslPlan {
  const laneCount = Math.min(MAX_LANES, ceilPower(lanes));
  const items = THREADS / laneCount;
  return {
    constants: { LANES: laneCount, ITEMS: items },
    laneGroups: Math.ceil(lanes / laneCount),
    itemGroups: Math.ceil(outputs / items),
    splits: 1,
  };
}

/**
 * For kernels in which a row is a sum of `units` pieces: rows are split over the threads of a workgroup, and then over
 * workgroups, as long as the device would otherwise be idle and every thread still has a piece.
 */
export function planRows(rows: number, lanes: number, units: number): WgslPlan {
  const laneCount = Math.min(MAX_LANES, ceilPower(lanes));
  const wanted = Math.max(1, ENOUGH_THREADS / (rows * lanes));
  const parts = Math.min(THREADS / laneCount, floorPower(Math.max(1, Math.min(wanted, units))));
  const rowCount = THREADS / (laneCount * parts);
  // A second kernel adds these up: at least two pieces per thread, or it does not pay off.
  const splits = Math.max(1, Math.floor(Math.min(wanted / parts, units / (2 * parts))));
  return {
    constants: { LANES: laneCount, PARTS: parts, ROWS: rowCount, SPLITS: splits },
    laneGroups: Math.ceil(lanes / laneCount),
    itemGroups: Math.ceil(rows / rowCount) * splits,
    splits,
  };
}

export function ceilPower(value: number): number {
  return 2 ** Math.ceil(Math.log2(value));
}

function floorPower(value: number): number {
  return 2 ** Math.floor(Math.log2(value));
}
