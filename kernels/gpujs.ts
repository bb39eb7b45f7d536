import type { IKernelFunctionThis } from 'gpu.js';

/**
 * gpu.js kernels are translated from their own source text, so each is a self-contained function: no imports, no
 * captured names, loops that count from a literal 0 to a constant. They receive constants through `this.constants`.
 * On every device numbers are float32: indices are exact below 2^24.
 */
export type KernelThis<Constants> = IKernelFunctionThis<Constants>;

/** An array constant; gpu.js reads the elements, whatever the type. */
export type ArrayConstant = Float32Array | Uint16Array;
