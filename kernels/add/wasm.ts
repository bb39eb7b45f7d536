import { binaryWasm } from '../elementwise/wasm.ts';
import type { WasmBinding } from '../graph-wasm/binding.ts';

export const kernel: WasmBinding<{ readonly constantFirst: boolean }> = binaryWasm('add');
