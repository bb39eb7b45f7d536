import { WjpegError } from '../../errors.ts';
import type { Backend, BackendName } from './backend.ts';

/**
 * Stands for a backend that is not registered, and says why it cannot run: GPU backends, and all of gpu.js's, are a module of
 * their own, so that pages without them do not load it.
 */
export function missingBackend(name: BackendName): Backend {
  const reason = "not loaded: import 'wjpeg/gpu' brings it";
  return {
    availability: async () => ({ available: false, reason }),
    create: async () => {
      throw new WjpegError('unavailable', 'BACKEND_UNAVAILABLE', `${name}: ${reason}`);
    },
  };
}
