import { unaryWasm } from '../elementwise/wasm.ts';
import type { WasmBinding } from '../graph-wasm/binding.ts';

export const kernel: WasmBinding<{ readonly min: number; readonly max: number }> = unaryWasm(
  'clip',
  ({ min, max }) => [min, max],
);
