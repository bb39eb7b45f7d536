import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LeftOut } from '../../src/cli/left-out.ts';
import type { ScorePicture } from '../../src/cli/score/picture.ts';
import { picturesOf } from '../../src/cli/score/pictures.ts';

it('says why a folder could not be read to its end, in a form that other threads get whole', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wjpeg-pictures-'));
  mkdirSync(join(folder, 'sub'));
  writeFileSync(join(folder, 'a.png'), '');
  const pictures: ScorePicture[] = [];
  for await (const picture of picturesOf({ names: [folder] }, () => true, new LeftOut())) {
    pictures.push(picture);
    // The folder goes while it is read.
    rmSync(folder, { recursive: true, force: true });
  }
  expect(structuredClone(pictures)).toEqual([
    { file: join(folder, 'a.png') },
    {
      file: folder,
      error: { kind: 'unavailable', code: 'FILE_NOT_FOUND', message: expect.stringContaining(folder) },
    },
  ]);
});
