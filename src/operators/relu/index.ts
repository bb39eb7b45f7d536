import { attributes } from '../attributes.ts';
import type { Operator } from '../operator.ts';
import { unary } from '../unary.ts';

/** max(0, x). */
export const relu: Operator = unary('relu', attributes({}), 'none');
