/** node tools/check-release.ts v1.2.3: checks, before anything is published, that package.json fits the tag. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What of package.json, CITATION.cff (its text) or jsr.json must change before this tag can be released: one line per problem. */
export function releaseProblems(
  tag: string | undefined,
  manifest: { readonly version: string; readonly repository?: unknown },
  citation: string,
  jsr: { readonly version: string },
): string[] {
  const { version, repository } = manifest;
  const cited = /^version: (.+)$/m.exec(citation)?.[1];
  const problems: string[] = [];
  if (tag !== `v${version}`)
    problems.push(`the tag is ${tag}, but package.json has version ${version}: tag v${version}`);
  if (cited !== version)
    problems.push(`CITATION.cff has version ${cited}, but package.json ${version}: make them equal`);
  if (jsr.version !== version)
    problems.push(`jsr.json has version ${jsr.version}, but package.json ${version}: make them equal`);
  if (!repository)
    problems.push(
      'package.json has no repository, which npm provenance needs: add its address (CONTRIBUTING.md)',
    );
  return problems;
}

if (process.argv[1] === import.meta.filename) {
  const read = (name: string): string => readFileSync(join(import.meta.dirname, '..', name), 'utf8');
  const problems = releaseProblems(
    process.argv[2],
    JSON.parse(read('package.json')),
    read('CITATION.cff'),
    JSON.parse(read('jsr.json')),
  );
  for (const problem of problems) console.error(`::error::${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}
