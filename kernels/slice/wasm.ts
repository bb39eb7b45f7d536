import { gatherWasm } from '../gather/wasm.ts';
import type { WasmBinding } from '../graph-wasm/binding.ts';
import { planSlice } from './indices.ts';

export const kernel: WasmBinding<Parameters<typeof planSlice>[0]['attributes']> = gatherWasm(planSlice);
