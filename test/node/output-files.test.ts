import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkOutputs } from '../../src/node/output-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'wjpeg-outputs-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (...names: string[]): string => join(folder, ...names);

const model = at('model.wjz');
writeFileSync(model, 'model');
symlinkSync(model, at('link.wjz'));
linkSync(model, at('hard.wjz'));
mkdirSync(at('data'));
const images = at('data', 'train-images-idx3-ubyte.gz');
writeFileSync(images, 'images');
symlinkSync(folder, at('data', 'up'));

describe('an output that is an input is refused', () => {
  it.each([
    ['itself', model],
    ['another spelling', `${folder}/./data/../model.wjz`],
    ['a link', at('link.wjz')],
    ['a hard link', at('hard.wjz')],
    ['through a linked folder', at('data', 'up', 'model.wjz')],
    ['a file of the data folder', images],
  ])('%s', async (_, output) => {
    await expect(checkOutputs([undefined, output], [undefined, model, at('data')])).rejects.toMatchObject({
      code: 'OUTPUT_IS_INPUT',
    });
  });
});

it('two outputs that are the same file are refused, whether it exists or not', async () => {
  const refused = { code: 'OUTPUT_TWICE' };
  await expect(checkOutputs([at('new'), `${folder}/./new`], [])).rejects.toMatchObject(refused);
  await expect(checkOutputs([at('link.wjz'), model], [])).rejects.toMatchObject(refused);
});

it('other outputs are accepted, devices too', async () => {
  await checkOutputs(
    [at('new.wjz'), at('data', 'new.svg'), images, '/dev/null'],
    [model, '/dev/null', undefined],
  );
});
