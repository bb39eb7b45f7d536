import { join } from 'node:path';
import asc from 'assemblyscript/asc';
import { type Sampler, type TimingPlan, timeInTurn } from '../../src/timing.ts';

/** What this machine does at most in WebAssembly, measured by loops that do nothing else. */
export interface Ceilings {
  /** Products and their additions, 10⁹ a second; no `int8` where the engine has no relaxed SIMD. */
  readonly products: { readonly float32: number; readonly int16: number; readonly int8?: number };
  /** GB a second, loaded, and loaded and stored (either counts), by how much memory is gone through. */
  readonly bytes: readonly {
    readonly size: number;
    readonly loaded: number;
    readonly copied: number;
  }[];
}

interface Loops {
  float32(input: number, rounds: number): number;
  int16(input: number, rounds: number): number;
  loads(from: number, size: number, rounds: number): void;
  copies(from: number, to: number, size: number, rounds: number): void;
}

interface RelaxedLoops {
  int8(input: number, rounds: number): number;
}

/** Of a first-level and a second-level cache, and of neither. */
const SIZES = [2 ** 14, 2 ** 18, 2 ** 26];
/** Products of a vector of four sums. */
const LANES = { float32: 4, int16: 8, int8: 16 };
const FROM = 4096;

export async function measureCeilings(plan: TimingPlan): Promise<Ceilings> {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const loops = await instantiate<Loops>('ceilings.ts', memory);
  const relaxed = await instantiate<RelaxedLoops>('relaxed.ts', memory).catch(() => undefined);
  const last = SIZES[SIZES.length - 1];
  memory.grow(Math.ceil((2 * (FROM + last)) / 65536));
  new Float32Array(memory.buffer, FROM, 4096).fill(0.001);

  const rate = async (work: number, call: () => unknown): Promise<number> =>
    work / 1000 / (await microseconds(call, plan));
  const products = async (kind: keyof typeof LANES, run: Loops['int16']): Promise<number> =>
    rate(run(FROM, 1) * LANES[kind], () => run(FROM, 1));
  const [float32, int16] = [await products('float32', loops.float32), await products('int16', loops.int16)];
  const int8 = relaxed && (await products('int8', relaxed.int8));
  const bytes: Ceilings['bytes'][number][] = [];
  for (const size of SIZES) {
    bytes.push({
      size,
      loaded: await rate(size, () => loops.loads(FROM, size, 1)),
      // What is loaded and what is stored fill the cache together.
      copied: await rate(size, () => loops.copies(FROM, FROM + size / 2 + 64, size / 2, 1)),
    });
  }
  return { products: { float32, int16, ...(int8 !== undefined && { int8 }) }, bytes };
}

/** Median of a call. */
export async function microseconds(call: () => unknown, plan: TimingPlan): Promise<number> {
  const [{ median }] = await timeInTurn([samplerOfKernel(call)], plan);
  return median;
}

/** Without a promise for calls that have none: it would take as long as a small kernel. */
function samplerOfKernel(call: () => unknown): Sampler {
  return async (calls) => {
    const start = performance.now();
    for (let index = 0; index < calls; index++) {
      const pending = call();
      if (pending instanceof Promise) await pending;
    }
    return (performance.now() - start) * 1000;
  };
}

async function instantiate<Exports>(source: string, memory: WebAssembly.Memory): Promise<Exports> {
  let wasm: Uint8Array<ArrayBuffer> | undefined;
  const options = '--outFile loops.wasm -O3 --noAssert --runtime stub --importMemory --initialMemory 1';
  const features = '--enable simd --enable relaxed-simd';
  const { error, stderr } = await asc.main(
    [join(import.meta.dirname, 'assembly', source), ...`${options} ${features}`.split(' ')],
    {
      writeFile(name, content) {
        if (name.endsWith('.wasm')) wasm = new Uint8Array(content as Uint8Array);
      },
    },
  );
  if (error || !wasm) throw new Error(`${source} does not compile: ${stderr.toString()}`);
  const { instance } = await WebAssembly.instantiate(wasm, { env: { memory } });
  return instance.exports as Exports;
}
