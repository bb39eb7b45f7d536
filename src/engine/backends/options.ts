import { WjpegError } from '../../errors.ts';
import { type BackendName, EXECUTOR_DEFAULTS, type ExecutorOptions } from './backend.ts';

/** For backends that have one way of running only: what else is asked of them is refused, not ignored. */
export function requireDefaults(backend: BackendName, options: ExecutorOptions): void {
  for (const name of ['precision', 'memory', 'threads'] as const) {
    if (options[name] === EXECUTOR_DEFAULTS[name]) continue;
    throw new WjpegError(
      'misuse',
      'OPTION_NOT_HERE',
      `${name} '${options[name]}' on backend ${backend}, expected '${EXECUTOR_DEFAULTS[name]}' (backend wasm has others)`,
    );
  }
}
