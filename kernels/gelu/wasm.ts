import { unaryWasm } from '../elementwise/wasm.ts';
import type { WasmBinding } from '../graph-wasm/binding.ts';

export const kernel: WasmBinding<{ readonly approximate: 'none' | 'tanh' }> = (node, place) =>
  unaryWasm(node.attributes.approximate === 'none' ? 'gelu' : 'geluTanh')(node, place);
