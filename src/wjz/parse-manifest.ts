import * as v from 'valibot';
import { WjpegError } from '../errors.ts';
import { fillDefaults } from './fill-defaults.ts';
import type { Manifest } from './manifest.ts';
import type { ManifestFile } from './manifest-file.ts';
import { manifestSchema } from './manifest-schema.ts';

/** Versions of the format that this reader knows: any minor version of 1. */
const MAJOR_VERSION = '1';

/**
 * Reads `model.json`: UTF-8 → JSON → version → structure → defaults. Fields that this version does not know are left
 * out.
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

/** Checks the structure of a manifest; throws `MANIFEST_FIELD` naming the first field that is wrong. */
export function checkStructure(value: unknown): ManifestFile {
  const result = v.safeParse(manifestSchema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue) ?? 'the manifest';
  const expected =
    issue.expected === null ? issue.message : `expected ${issue.expected}, got ${issue.received}`;
  throw new WjpegError('corrupt', 'MANIFEST_FIELD', `model.json: ${field}: ${expected}`);
}

/** The version comes first: a file of a later major version may look like anything. */
function checkVersion(value: unknown): void {
  const { format, version } = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  if (format !== 'wjz') {
    throw new WjpegError(
      'corrupt',
      'MANIFEST_FORMAT',
      `model.json: format is ${typeof format === 'string' ? `"${format}"` : typeof format}, expected "wjz"`,
    );
  }
  const major = typeof version === 'string' ? version.split('.')[0] : undefined;
  if (major !== undefined && /^\d+$/.test(major) && major !== MAJOR_VERSION) {
    throw new WjpegError(
      'unsupported',
      'MANIFEST_VERSION',
      `model.json: version is ${version}, this reader knows ${MAJOR_VERSION}.x`,
    );
  }
}
