import { WjpegError } from '../../../errors.ts';

export function lostThread(reason: string): WjpegError {
  return new WjpegError('unavailable', 'THREAD_LOST', `the wasm backend lost a thread: ${reason}`);
}
