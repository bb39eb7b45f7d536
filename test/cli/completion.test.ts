import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'wjpeg-completion-'));
afterAll(() => rmSync(folder, { recursive: true }));
const hasBash = spawnSync('bash', ['--version'], { stdio: 'ignore' }).status === 0;

// As npm links it: a command of that name on the path.
const program = join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli', 'wjpeg.js');
writeFileSync(join(folder, 'wjpeg'), `#!/bin/sh\nexec ${process.execPath} ${program} "$@"\n`);
chmodSync(join(folder, 'wjpeg'), 0o755);

/** What bash offers after these words, the last of which is being typed. */
function offered(...words: string[]): string[] {
  const script = `
    source <(wjpeg completion)
    COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
    COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 ))
    $(complete -p wjpeg | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${folder}:${process.env.PATH}`, SHELL: '/bin/bash' },
  });
  expect(stderr).toBe('');
  return stdout.split('\n').filter(Boolean);
}

describe.skipIf(!hasBash)('completion in bash', () => {
  it('offers the commands', () => {
    expect(offered('wjpeg', '')).toEqual(
      expect.arrayContaining(['infer', 'compress', 'train', 'inspect', 'verify', 'eval', 'report']),
    );
    expect(offered('wjpeg', 'comp').sort()).toEqual(['completion', 'compress']);
  });

  it('offers the options of a command, and values', () => {
    expect(offered('wjpeg', 'compress', '--targ')).toEqual(['--target-bytes', '--target-accuracy-drop']);
    expect(offered('wjpeg', 'infer', '--backend', 'w')).toEqual(expect.arrayContaining(['wasm', 'webgpu']));
  });
});
