import { WjpegError } from '../errors.ts';
import { fillDefaults } from './fill-defaults.ts';
import type { Manifest } from './manifest.ts';
import { checkStructure } from './manifest-schema.ts';

/** `model.json` as JSON of a version that this reader knows, its structure not yet checked. */
export interface ManifestJson {
  readonly value: unknown;
  /** Whether it may be more than a chain of linear layers: then graph-manifest.ts reads it. */
  readonly isGraph: boolean;
  /** Whether it is of version 1, whose names upgrade.ts replaces. */
  readonly isOld: boolean;
}

/** UTF-8 → JSON → version. */
export function parseJson(bytes: Uint8Array): ManifestJson {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw new WjpegError('corrupt', 'MANIFEST_JSON', 'model.json is not JSON in UTF-8', { cause });
  }
  checkVersion(value);
  // Fields of these names elsewhere, in `origin` for example, mean nothing.
  const { version, requires, outputs, layers } = Object(value);
  const wired = Array.isArray(layers) ? layers.map((layer) => Object(layer).inputs) : [];
  return {
    value,
    isGraph: [requires, outputs, ...wired].some((field) => field !== undefined),
    isOld: /^1(\.|$)/.test(version),
  };
}

/** Structure → defaults, of the manifest of a chain. Fields that this version does not know are left out. */
export function parseManifest(value: unknown): Manifest {
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
  // Digits up to a dot or the end, other than 1 and 2.
  if (typeof version === 'string' && /^(?![12](\.|$))\d+(\.|$)/.test(version)) {
    throw new WjpegError(
      'unsupported',
      'MANIFEST_VERSION',
      `model.json: version is ${version}, supported are 1.x and 2.x: update wjpeg`,
    );
  }
}
