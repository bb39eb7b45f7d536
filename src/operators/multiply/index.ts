import { type BinaryAttributes, binary } from '../binary.ts';
import type { Operator } from '../operator.ts';

/** a·b, element by element. */
export const multiply: Operator<BinaryAttributes> = binary('multiply');
