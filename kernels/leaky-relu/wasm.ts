import { unaryWasm } from '../elementwise/wasm.ts';
import type { WasmBinding } from '../graph-wasm/binding.ts';

export const kernel: WasmBinding<{ readonly alpha: number }> = unaryWasm('leakyRelu', ({ alpha }) => [alpha]);
