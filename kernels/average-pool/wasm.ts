import type { WasmBinding } from '../graph-wasm/binding.ts';
import { poolWasm } from '../pool/wasm.ts';
import type { AveragePoolAttributes } from './divisor.ts';
import { averageFactors } from './factors.ts';

export const kernel: WasmBinding<AveragePoolAttributes> = poolWasm(averageFactors);
