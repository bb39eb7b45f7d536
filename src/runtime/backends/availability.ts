import { checkArgument, oneOf } from '../../options/rules.ts';
import type { Availability, BackendName } from './backend.ts';
import { backendNames } from './names.ts';
import { findBackend } from './registry.ts';

/**
 * Whether a backend can run here, and on which device.
 *
 * @throws WjpegError `ARGUMENT` for an unknown backend
 */
export async function availability(name: BackendName): Promise<Availability> {
  checkArgument('availability', 'name', name, oneOf(...backendNames()));
  return (await findBackend(name)).availability();
}
