import { unaryWasm } from '../elementwise/wasm.ts';
import type { WasmBinding } from '../graph-wasm/binding.ts';

export const kernel: WasmBinding<object> = unaryWasm('hardSwish');
