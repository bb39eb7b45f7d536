import type { WasmBinding } from '../graph-wasm/binding.ts';
import { kernel as pool } from '../max-pool/wasm.ts';
import { asPool } from '../pool/global.ts';

export const kernel: WasmBinding<object> = (node, place) => pool(asPool(node), place);
