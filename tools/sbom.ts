/**
 * npm run sbom -- FILE: writes a software bill of materials (CycloneDX, JSON) of what users of the package get. Needs
 * `npm run build`.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BillOfMaterials, distributed } from './distributed-packages.ts';

const ROOT = join(import.meta.dirname, '..');
const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error('npm run sbom -- FILE: no file is named');
  process.exit(2);
}
const words = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
const bill = JSON.parse(
  execFileSync('npm', words, { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 26 }),
) as BillOfMaterials;
const notices = readFileSync(join(ROOT, 'dist', 'THIRD-PARTY.txt'), 'utf8');
const { name } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { name: string };
const kept = distributed(bill, name, notices);
writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`);
console.log(`${file}: ${kept.components.length} of the ${bill.components.length} packages of the lock file`);
