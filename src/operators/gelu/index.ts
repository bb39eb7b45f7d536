import { oneOf } from '../../options/structure.ts';
import { attributes } from '../attributes.ts';
import type { Operator } from '../operator.ts';
import { unary } from '../unary.ts';

/** x·Φ(x), Φ the normal distribution; with `approximate: 'tanh'` as ONNX and PyTorch approximate it. */
export const gelu: Operator<{ readonly approximate: 'none' | 'tanh' }> = unary(
  'gelu',
  attributes({ approximate: [oneOf('none', 'tanh'), 'none'] }),
  'transcendental',
);
