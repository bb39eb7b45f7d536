import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeShapes } from '../node/photo-folder.ts';
import { runProgram } from './run-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'wjpeg-next-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['by itself', {}, /\nNext: wjpeg-infer m\.jpg /],
  ['by npx', { npm_command: 'exec' }, /\nNext: npx wjpeg-infer m\.jpg /],
])('the next command of train that was called %s', async (_, env, next) => {
  writeShapes(join(folder, 'photos'), 12);
  const words = [
    'train',
    '--data',
    'photos',
    '--net',
    'mlp:8',
    '--size',
    '16x16',
    '--epochs',
    '1',
    '-o',
    'm.jpg',
  ];
  const { stdout, code } = await runProgram('wjpeg', words, { cwd: folder, env });
  expect(code).toBe(0);
  expect(stdout).toMatch(next);
});
