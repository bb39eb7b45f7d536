import type { WasmBinding } from '../graph-wasm/binding.ts';
import { poolWasm } from '../pool/wasm.ts';
import type { PoolWindow } from '../window.ts';

export const kernel: WasmBinding<PoolWindow> = poolWasm();
