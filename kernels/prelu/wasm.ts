import type { WasmBinding } from '../graph-wasm/binding.ts';
import { perChannelWasm } from '../per-channel/wasm.ts';

export const kernel: WasmBinding<object> = perChannelWasm('prelu', ['slope']);
