import { WjpegError } from '../../errors.ts';
import { type BackendName, EXECUTOR_DEFAULTS, type ExecutorOptions } from './backend.ts';

/** For backends without these options: any value other than the default is refused, not ignored. */
export function requireDefaults(backend: BackendName, options: ExecutorOptions): void {
  for (const name of ['precision', 'memory', 'threads'] as const) {
    if (options[name] === EXECUTOR_DEFAULTS[name]) continue;
    throw new WjpegError(
      'misuse',
      'OPTION_NOT_HERE',
      `backend ${backend} does not support ${name} '${options[name]}', expected '${EXECUTOR_DEFAULTS[name]}' (wasm supports others)`,
    );
  }
}
