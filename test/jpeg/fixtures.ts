import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import manifest from './fixtures/manifest.json' with { type: 'json' };

/** A JPEG of `fixtures/manifest.json`, checked against its hash there. */
export function fixture(name: string): Uint8Array {
  const entry = manifest.files.find((file) => file.name === name);
  if (entry === undefined) throw new Error(`no fixture ${name} in the manifest`);
  const bytes = new Uint8Array(readFileSync(new URL(`./fixtures/${name}`, import.meta.url)));
  const hash = createHash('sha256').update(bytes).digest('hex');
  if (hash !== entry.sha256)
    throw new Error(`fixture ${name} is not the file of the manifest: SHA-256 ${hash}`);
  return bytes;
}

/** What the manifest says of each. */
export const FIXTURES: readonly {
  readonly name: string;
  readonly shows: string;
  /** The fixture that this one is a lossless recoding of. */
  readonly sameCoefficientsAs?: string;
}[] = manifest.files;
