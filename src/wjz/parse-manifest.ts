import { WjpegError } from '../errors.ts';
import { fillDefaults } from './fill-defaults.ts';
import type { Manifest } from './manifest.ts';
import { checkStructure } from './manifest-schema.ts';

/**
 * Reads `model.json`: UTF-8 → JSON → version → structure → defaults. Fields that are unknown to this version are
 * dropped.
 */
export function parseManifest(bytes: Uint8Array): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw new WjpegError('corrupt', 'MANIFEST_JSON', 'model.json is not JSON in UTF-8', { cause });
  }
  checkVersion(value);
  return fillDefaults(checkStructure(value));
}

/** The version comes first: nothing is known about a later major version. */
function checkVersion(value: unknown): void {
  // What is no object has no fields.
  const { format, version } = Object(value) as Record<string, unknown>;
  if (format !== 'wjz') {
    throw new WjpegError(
      'corrupt',
      'MANIFEST_FORMAT',
      `model.json: format is ${typeof format === 'string' ? `"${format}"` : typeof format}, expected "wjz"`,
    );
  }
  // Digits up to a dot or the end, other than 1.
  if (typeof version === 'string' && /^(?!1(\.|$))\d+(\.|$)/.test(version)) {
    throw new WjpegError(
      'unsupported',
      'MANIFEST_VERSION',
      `model.json: version is ${version}, supported is 1.x: update wjpeg`,
    );
  }
}
