import { attributes } from '../attributes.ts';
import type { Operator } from '../operator.ts';
import { unary } from '../unary.ts';

/** x·sigmoid(x), also called swish. */
export const silu: Operator = unary('silu', attributes({}), 'transcendental');
