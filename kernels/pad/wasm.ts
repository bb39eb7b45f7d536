import { gatherWasm } from '../gather/wasm.ts';
import type { WasmBinding } from '../graph-wasm/binding.ts';
import { planPad } from './indices.ts';

export const kernel: WasmBinding<Parameters<typeof planPad>[0]['attributes']> = gatherWasm(planPad);
