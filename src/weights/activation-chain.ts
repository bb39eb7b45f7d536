import { WjpegError } from '../errors.ts';

/**
 * Whether each linear layer of a chain is followed by a ReLU; the fused form for backends.
 * Softmax is allowed only at the end and is applied by the session. Throws `MODEL_BAD_CHAIN` for any other chain.
 */
export function fuseActivations(types: readonly ('linear' | 'relu' | 'softmax')[]): boolean[] {
  const relu: boolean[] = [];
  types.forEach((type, index) => {
    if (type === 'linear') {
      relu.push(false);
    } else if (type === 'relu') {
      if (types[index - 1] !== 'linear')
        throw badChain(`layer ${index} is a ReLU, expected after a linear layer`);
      relu[relu.length - 1] = true;
    } else if (index !== types.length - 1 || index === 0) {
      throw badChain(`layer ${index} is a softmax, expected only as the last layer`);
    }
  });
  if (relu.length === 0) throw badChain('the network has no linear layer, expected at least one');
  return relu;
}

function badChain(message: string): WjpegError {
  return new WjpegError('unsupported', 'MODEL_BAD_CHAIN', message);
}
