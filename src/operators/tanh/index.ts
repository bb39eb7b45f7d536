import { attributes } from '../attributes.ts';
import type { Operator } from '../operator.ts';
import { unary } from '../unary.ts';

/** Hyperbolic tangent. */
export const tanh: Operator = unary('tanh', attributes({}), 'transcendental');
