import { instantiate } from '../../../../kernels/embedded.ts';
import type { GraphKernels } from '../../../../kernels/graph-wasm/binding.ts';
import { kernelModule, loadModule } from './module.ts';

/**
 * Loads the kernels that need relaxed SIMD. Returns whether this engine has it, and multiplies as it should: V8 11.3, which has it behind
 * a flag (Node.js 20), overwrites inputs in code that its baseline compiler makes.
 */
export async function loadRelaxed(): Promise<boolean> {
  const { KERNELS_RELAXED } = await import('../../../../kernels/wasm/kernels-relaxed.ts');
  try {
    await loadModule('relaxed', KERNELS_RELAXED);
  } catch {
    // The module does not compile without it.
    return false;
  }
  return multipliesRightly();
}

const [TAPS, PIXELS, OUTPUTS] = [3, 8, 4];

/** A case of the kernel, with the extremes of what it multiplies. */
function multipliesRightly(): boolean {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const { conv2dInt8 } = instantiate<GraphKernels>(kernelModule('relaxed'), memory);
  const [inputs, weights, offsets, scale, output] = [1024, 2048, 3072, 4096, 5120];
  const bias = output + 1024;
  const a = new Int8Array(memory.buffer, inputs, TAPS * PIXELS * 4).map((_, at) => (127 + 73 * at) % 128);
  const w = new Int8Array(memory.buffer, weights, TAPS * OUTPUTS * 4).map(
    (_, at) => ((151 * at) % 255) - 127,
  );
  new Int8Array(memory.buffer).set(a, inputs);
  new Int8Array(memory.buffer).set(w, weights);
  new Uint32Array(memory.buffer, offsets, TAPS).forEach((_, tap, all) => {
    all[tap] = tap * PIXELS * 4;
  });
  new Float32Array(memory.buffer, scale, OUTPUTS).fill(1);
  const sizes = [OUTPUTS, 1, PIXELS, 0, 4 * PIXELS];
  conv2dInt8(inputs, offsets, TAPS, weights, bias, output, ...sizes, -Infinity, 0, scale, 1);
  return new Float32Array(memory.buffer, output, OUTPUTS * PIXELS).every((given, at) => {
    const [o, x] = [Math.floor(at / PIXELS), at % PIXELS];
    let sum = 0;
    for (let tap = 0; tap < TAPS; tap++)
      for (let i = 0; i < 4; i++) sum += a[4 * (tap * PIXELS + x) + i] * w[4 * (tap * OUTPUTS + o) + i];
    return given === sum;
  });
}
