import { kernel as pool } from '../average-pool/wasm.ts';
import type { WasmBinding } from '../graph-wasm/binding.ts';
import { asPool } from '../pool/global.ts';

export const kernel: WasmBinding<object> = (node, place) => pool(asPool(node), place);
