import { gatherWasm } from '../gather/wasm.ts';
import type { WasmBinding } from '../graph-wasm/binding.ts';
import { planDepthToSpace } from './indices.ts';

export const kernel: WasmBinding<Parameters<typeof planDepthToSpace>[0]['attributes']> =
  gatherWasm(planDepthToSpace);
