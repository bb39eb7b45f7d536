// Of the declarations that tsc writes for every file, keeps those that the package's entries lead to. The others are of no use to
// anybody, and some import types of packages that users do not have.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

export function pruneTypes(dist) {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
  const entries = Object.values(exports).flatMap(({ types }) => types ?? []);
  const program = ts.createProgram(entries, { module: ts.ModuleKind.NodeNext, types: [], noLib: true });
  const reached = new Set(program.getSourceFiles().map(({ fileName }) => resolve(fileName)));
  for (const name of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const file = resolve(join(dist, name));
    if (file.endsWith('.d.ts') && !reached.has(file)) rmSync(file);
  }
}
