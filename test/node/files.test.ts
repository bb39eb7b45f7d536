import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { writeFilesAtomic } from '../../src/node/files.ts';
import { readFileBytes, writeFileAtomic } from '../../src/node/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'wjpeg-files-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const bytes = Uint8Array.of(1, 2, 3, 4, 5);
const isRoot = process.getuid?.() === 0;

function written(name: string, content: Uint8Array = bytes): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('reading', () => {
  test('a file, up to the cap', async () => {
    expect(Array.from(await readFileBytes(written('five'), 5))).toEqual([1, 2, 3, 4, 5]);
    expect(await readFileBytes(written('none', new Uint8Array()), 5)).toHaveLength(0);
  });

  test('too large', async () => {
    await expect(readFileBytes(written('five'), 4)).rejects.toMatchObject({
      kind: 'limit',
      code: 'FILE_TOO_LARGE',
      message: expect.stringContaining('five is too large: at most 4 bytes, got 5 bytes'),
    });
  });

  test.skipIf(!existsSync('/dev/zero'))('without end: stopped at the cap', async () => {
    await expect(readFileBytes('/dev/zero', 100_000)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
  });

  test.each([
    ['missing', join(folder, 'absent'), 'FILE_NOT_FOUND', 'no such file or folder'],
    ['a folder', folder, 'FILE_IS_FOLDER', 'it is a folder, not a file'],
    ['below a file', join(written('plain'), 'x'), 'FILE_NOT_FOUND', 'part of the path is not a folder'],
  ])('%s', async (_, path, code, what) => {
    await expect(readFileBytes(path, 10)).rejects.toMatchObject({
      kind: 'unavailable',
      code,
      message: `cannot read ${path}: ${what}`,
    });
  });

  test.skipIf(isRoot)(`no permission${isRoot ? ' (skipped: root may read everything)' : ''}`, async () => {
    const path = written('secret');
    chmodSync(path, 0);
    await expect(readFileBytes(path, 10)).rejects.toMatchObject({ code: 'FILE_PERMISSION' });
  });
});

describe('standard input', () => {
  const script = `import { readStandardInput } from ${JSON.stringify(new URL('../../src/node/index.ts', import.meta.url).href)};
    const line = await readStandardInput(5).then((bytes) => bytes.join(' '), (error) => error.message);
    console.log(line);`;
  const feed = (input: Uint8Array) =>
    execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      input,
      encoding: 'utf8',
    }).trim();

  test('to its end', () => {
    expect(feed(bytes)).toBe('1 2 3 4 5');
  });

  test('more than the cap', () => {
    expect(feed(new Uint8Array(6))).toBe('standard input is too large: at most 5 bytes, got more');
  });
});

describe('writing', () => {
  test('a new file', async () => {
    const path = join(folder, 'new');
    await writeFileAtomic(path, bytes);
    expect(Array.from(readFileSync(path))).toEqual([1, 2, 3, 4, 5]);
  });

  test('flushed to the disk, and then the folder that names it', async () => {
    const handle = await open(folder);
    const prototype = Object.getPrototypeOf(handle) as FileHandle;
    await handle.close();
    const flushed: string[] = [];
    const sync = vi.spyOn(prototype, 'sync').mockImplementation(async function (this: FileHandle) {
      flushed.push(
        `${(await this.stat()).isDirectory() ? 'folder' : 'file'}, ${readdirSync(own).includes('flushed')}`,
      );
    });
    const own = mkdtempSync(join(folder, 'flushing-'));
    try {
      await writeFileAtomic(join(own, 'flushed'), bytes);
    } finally {
      sync.mockRestore();
    }
    expect(flushed).toEqual(['file, false', 'folder, true']);
  });

  test('over an old one, keeping its permissions', async () => {
    const path = written('old', new Uint8Array(1000));
    chmodSync(path, 0o640);
    await writeFileAtomic(path, bytes);
    expect(readFileSync(path)).toHaveLength(5);
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });

  test('through a link, which stays one', async () => {
    const target = written('target');
    const link = join(folder, 'link');
    symlinkSync(target, link);
    await writeFileAtomic(link, Uint8Array.of(9));
    expect(Array.from(readFileSync(target))).toEqual([9]);
    expect(
      readdirSync(folder, { withFileTypes: true })
        .find(({ name }) => name === 'link')
        ?.isSymbolicLink(),
    ).toBe(true);
  });

  test.skipIf(!existsSync('/dev/null'))('to a device: written to, not replaced', async () => {
    await writeFileAtomic('/dev/null', bytes);
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  test.skipIf(!existsSync('/dev/full'))('no space left', async () => {
    await expect(writeFileAtomic('/dev/full', bytes)).rejects.toMatchObject({
      code: 'FILE_DISK_FULL',
      message: 'cannot write /dev/full: no space left on the disk',
    });
  });

  test.each([
    ['into a folder that is missing', join(folder, 'absent', 'x'), 'FILE_NOT_FOUND'],
    ['over a folder', folder, 'FILE_IS_FOLDER'],
  ])('%s', async (_, path, code) => {
    await expect(writeFileAtomic(path, bytes)).rejects.toMatchObject({ kind: 'unavailable', code });
  });

  test('a failure leaves nothing behind and the old file as it was', async () => {
    const inner = join(folder, 'inner');
    mkdirSync(inner);
    const path = join(inner, 'kept');
    writeFileSync(path, bytes);
    const notBytes = { length: 1 } as Uint8Array;
    await expect(writeFileAtomic(path, notBytes)).rejects.toThrow();
    expect(readdirSync(inner)).toEqual(['kept']);
    expect(Array.from(readFileSync(path))).toEqual([1, 2, 3, 4, 5]);
  });

  test('files that belong together: all or none', async () => {
    const own = mkdtempSync(join(folder, 'pair-'));
    const [first, second] = [join(own, 'a.c'), join(own, 'a.h')];
    await writeFilesAtomic([
      [first, bytes],
      [second, Uint8Array.of(6)],
    ]);
    const refused = writeFilesAtomic([
      [first, Uint8Array.of(7)],
      [join(own, 'absent', 'a.h'), Uint8Array.of(8)],
    ]);
    await expect(refused).rejects.toMatchObject({
      message: `cannot write ${join(own, 'absent', 'a.h')}: no such file or folder`,
    });
    expect(readdirSync(own)).toEqual(['a.c', 'a.h']);
    expect([...readFileSync(first), ...readFileSync(second)]).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test.skipIf(isRoot)(
    `a folder without permission${isRoot ? ' (skipped: root may write everywhere)' : ''}`,
    async () => {
      const locked = join(folder, 'locked');
      mkdirSync(locked, { mode: 0o500 });
      await expect(writeFileAtomic(join(locked, 'x'), bytes)).rejects.toMatchObject({
        code: 'FILE_PERMISSION',
      });
    },
  );
});
