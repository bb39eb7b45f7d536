import { binaryWasm } from '../elementwise/wasm.ts';
import type { WasmBinding } from '../graph-wasm/binding.ts';
import { type Operation, perOperation } from './operations.ts';

export const kernels: Readonly<Record<Operation, WasmBinding<{ readonly constantFirst: boolean }>>> =
  perOperation((_, code) => binaryWasm(code));
