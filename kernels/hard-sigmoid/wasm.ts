import { unaryWasm } from '../elementwise/wasm.ts';
import type { WasmBinding } from '../graph-wasm/binding.ts';

export const kernel: WasmBinding<{ readonly alpha: number; readonly beta: number }> = unaryWasm(
  'hardSigmoid',
  ({ alpha, beta }) => [alpha, beta],
);
