import { CONVOLUTION_CASES } from './convolution-cases.ts';
import { ELEMENT_CASES } from './element-cases.ts';
import type { KernelCase } from './kernel-case.ts';
import { LINEAR_CASES } from './linear-cases.ts';
import { PICTURE_CASES } from './picture-cases.ts';
import { WINDOW_CASES } from './window-cases.ts';

/** All kernels of backend `wasm`, but for those of training and of entropy decoding. */
export async function allCases(): Promise<readonly KernelCase[]> {
  return [
    ...(await Promise.all(LINEAR_CASES)),
    ...CONVOLUTION_CASES,
    ...WINDOW_CASES,
    ...ELEMENT_CASES,
    ...PICTURE_CASES,
  ];
}
