import { decodeBase64, moduleOf } from '../../../../kernels/embedded.ts';
import { KERNELS_SIMD } from '../../../../kernels/wasm/kernels-simd.ts';
import { inflateInNode, inflateInPage } from '../../../inflate.ts';
import { isNode } from '../../../platform.ts';

/** Exports of kernels/wasm/assembly/index-single.ts. Addresses and counts are 32-bit numbers. */
export interface Kernels {
  /** 1 if `count` floats are finite numbers. */
  allFinite(values: number, count: number): number;
  /** One input through the whole network. Returns 1 if all of it is known to be finite. */
  runSingle(network: number, work: number, input: number, table: number, logits: number): number;
  // The steps of a node for one input, for executors that have its coefficients in parts.
  runDense(node: number, work: number, input: number, output: number): void;
  transform(node: number, work: number, input: number, table: number): void;
  inputSum(node: number, input: number, table: number): number;
  multiply(node: number, work: number, z: number): void;
  complete(node: number, z: number, output: number, sum: number): void;
}

/** Exports of kernels/wasm/assembly/index-lanes.ts. */
export interface LaneKernels {
  /** Up to 24 or 48 inputs side by side. Returns 1 if all of them are known to be finite. */
  runLanes(network: number, work: number, input: number, count: number, logits: number): number;
}

/** The two builds of the kernels for single inputs. */
export type KernelBuild = 'simd' | 'scalar';

export type ModuleName = KernelBuild | 'lanes' | 'graph' | 'int8' | 'relaxed';

/** The modules unpacked by `loadModule`. */
const unpacked = new Map<ModuleName, Uint8Array<ArrayBuffer>>();

/** The build that runs here, or the reason why none does. */
export async function findBuild(): Promise<{ build: KernelBuild } | { reason: string }> {
  if (typeof WebAssembly === 'undefined') return { reason: 'WebAssembly is unavailable in this environment' };
  try {
    await loadKernels('simd');
    return { build: 'simd' };
  } catch {
    // Without SIMD support that build is invalid. A page's Content-Security-Policy may forbid the other one too.
  }
  try {
    await loadKernels('scalar');
    return { build: 'scalar' };
  } catch (error) {
    return { reason: `WebAssembly fails to compile: ${(error as Error).message}` };
  }
}

/** Loads a build of the kernels for single inputs; then `kernelModule` has it. */
export async function loadKernels(build: KernelBuild): Promise<void> {
  const packed =
    build === 'simd'
      ? KERNELS_SIMD
      : (await import('../../../../kernels/wasm/kernels-scalar.ts')).KERNELS_SCALAR;
  await loadModule(build, packed);
}

/** Unpacks and compiles a module, once; then `kernelModule` has it. */
export async function loadModule(name: ModuleName, packed: string): Promise<void> {
  if (!unpacked.has(name)) unpacked.set(name, await inflate(decodeBase64(packed)));
  kernelModule(name);
}

/** A module that has been loaded. `shared`: as `shareModule` in shared-module.ts has changed it. */
export function kernelModule(name: ModuleName, shared = false): WebAssembly.Module {
  return moduleOf(`${name}${shared ? ' shared' : ''}`, () => unpackedModule(name));
}

/** A module as it has been unpacked. */
export function unpackedModule(name: ModuleName): Uint8Array<ArrayBuffer> {
  return unpacked.get(name) as Uint8Array<ArrayBuffer>;
}

/** The kernels are embedded deflated: plain base64 would be a third larger in a page, gzipped or not. */
async function inflate(packed: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(
    isNode() ? inflateInNode(packed) : await new Response(inflateInPage(packed)).arrayBuffer(),
  );
}
