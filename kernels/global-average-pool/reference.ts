import { kernel as pool } from '../average-pool/reference.ts';
import type { ReferenceKernel } from '../node.ts';
import { asPool } from '../pool/global.ts';

export const kernel: ReferenceKernel<object> = (node, inputs, batch) => pool(asPool(node), inputs, batch);
