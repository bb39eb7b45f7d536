import { attributes } from '../attributes.ts';
import type { Operator } from '../operator.ts';
import { unary } from '../unary.ts';

/** 1 ÷ (1 + exp(−x)). */
export const sigmoid: Operator = unary('sigmoid', attributes({}), 'transcendental');
