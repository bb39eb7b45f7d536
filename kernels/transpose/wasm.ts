import { gatherWasm } from '../gather/wasm.ts';
import type { WasmBinding } from '../graph-wasm/binding.ts';
import { planTranspose } from './indices.ts';

export const kernel: WasmBinding<Parameters<typeof planTranspose>[0]['attributes']> =
  gatherWasm(planTranspose);
