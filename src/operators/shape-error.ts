import { WjpegError } from '../errors.ts';

/** What an operator throws where shapes do not fit it. */
export function shapeError(message: string): WjpegError {
  return new WjpegError('corrupt', 'GRAPH_SHAPE', message);
}
