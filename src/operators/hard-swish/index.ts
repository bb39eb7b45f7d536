import { attributes } from '../attributes.ts';
import type { Operator } from '../operator.ts';
import { unary } from '../unary.ts';

/** x·min(max(x/6 + 1/2, 0), 1), as ONNX and PyTorch define it. */
export const hardSwish: Operator = unary('hard-swish', attributes({}));
