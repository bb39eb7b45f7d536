import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { releaseProblems } from '../../tools/check-release.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const repository = { type: 'git', url: 'git+https://example.com/wjpeg.git' };

describe('before a release', () => {
  test('tag, version, citation and repository fit', () => {
    const version = '1.2.3';
    expect(
      releaseProblems('v1.2.3', { version, repository }, 'title: x\nversion: 1.2.3\n', { version }),
    ).toEqual([]);
  });

  test.each([
    ['v1.2.4', { version: '1.2.3', repository }, '1.2.3', '1.2.3', /^the tag is v1\.2\.4, .*: tag v1\.2\.3$/],
    ['v1.2.3', { version: '1.2.3', repository }, '1.2.2', '1.2.3', /^CITATION\.cff has version 1\.2\.2/],
    ['v1.2.3', { version: '1.2.3', repository }, '1.2.3', '1.2.2', /^jsr\.json has version 1\.2\.2/],
    ['v1.2.3', { version: '1.2.3' }, '1.2.3', '1.2.3', /no repository, which npm provenance needs/],
  ])('%s, %j, cited as %s, on JSR %s: refused', (tag, manifest, cited, version, message) => {
    const problems = releaseProblems(tag, manifest, `version: ${cited}\n`, { version });
    expect(problems).toEqual([expect.stringMatching(message)]);
  });

  test('the program ends with an error that the workflow shows', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', 'tools/check-release.ts', 'v0.0.0'],
      {
        cwd: ROOT,
        encoding: 'utf8',
      },
    );
    expect(status).toBe(1);
    expect(stderr).toMatch(/^::error::the tag is v0\.0\.0/);
  });

  test('CITATION.cff and jsr.json have the version of package.json', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(JSON.parse(readFileSync(join(ROOT, 'jsr.json'), 'utf8')).version).toBe(version);
    expect(readFileSync(join(ROOT, 'CITATION.cff'), 'utf8')).toContain(`\nversion: ${version}\n`);
  });
});
