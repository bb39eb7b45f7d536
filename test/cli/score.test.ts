import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writePictures, writeTar } from '../../bench/score/pictures.ts';
import { killAt, runScore, sortedLines } from '../../bench/score/shards.ts';
import { squares } from '../bench/synthetic-mnist.ts';
import { type ProgramResult, runProgram } from './run-program.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const MODEL = join(ROOT, 'data', 'mnist-mlp-512-trained.wjz');
const OTHER = join(ROOT, 'data', 'mnist-mlp-512-calibrated.wjz');
const COUNT = 400;

const folder = mkdtempSync(join(tmpdir(), 'wjpeg-score-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const [pictures, archive] = [at('pictures'), at('pictures.tar')];

interface Line {
  readonly file: string;
  readonly label?: string;
  readonly error?: { readonly code: string; readonly message: string };
  readonly [more: string]: unknown;
}

function parse(text: string): Line[] {
  expect(text).toMatch(/^$|\n$/);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

const run = (words: readonly string[], input = ''): Promise<ProgramResult> =>
  runProgram('wjpeg', ['score', ...words, '--workers', '2'], {
    input: new TextEncoder().encode(input),
    cwd: folder,
  });

let all = '';
beforeAll(async () => {
  const set = squares(COUNT, 5);
  writePictures(pictures, set, COUNT);
  await writeTar(archive, COUNT, pictures);
  const { code, stderr } = await run([MODEL, pictures, '-o', 'all.ndjson']);
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/^wjpeg: scored 400 pictures in \d+ s, [\d,]+ per second\n$/);
  all = readFileSync(at('all.ndjson'), 'utf8');
});

describe('wjpeg score', () => {
  it('writes one line per picture, in order', () => {
    const lines = parse(all);
    expect(lines).toHaveLength(COUNT);
    expect(lines.map(({ file }) => file)).toEqual(lines.map(({ file }) => file).sort());
    for (const { label, index, probability, blank, model } of lines) {
      expect(label).toBe(String(index));
      expect(probability).toBeGreaterThan(0.1);
      expect([blank, model]).toEqual([false, expect.stringMatching(/^[0-9a-f]{12}$/)]);
    }
  });

  it('answers as wjpeg infer does', async () => {
    const files = parse(all).slice(0, 6);
    const inferred = await runProgram('wjpeg', ['infer', MODEL, ...files.map(({ file }) => file), '--json']);
    const scored = await run([MODEL, ...files.map(({ file }) => file), '--logits', '--top', '2']);
    for (const [i, line] of parse(scored.stdout).entries()) {
      const { file, label, index, probability, logits, probabilities } = parse(inferred.stdout)[i];
      expect(line).toMatchObject({ file, label, index, probability, logits });
      const sorted = (probabilities as { probability: number }[])
        .map((entry) => entry.probability)
        .sort((a, b) => b - a);
      expect((line.top as { probability: number }[]).map((entry) => entry.probability)).toEqual(
        sorted.slice(0, 2),
      );
    }
  });

  it('takes names from a list, one per line or ended by NUL, and files by patterns', async () => {
    const names = parse(all)
      .slice(0, 40)
      .map(({ file }) => file);
    const expected = all.split('\n').slice(0, 40).join('\n');
    for (const [end, words] of [
      ['\n', ['--list', '-']],
      ['\r\n', ['--list', '-']],
      ['\0', ['--list', '-', '-0']],
    ] as const) {
      const { code, stdout, stderr } = await run([MODEL, ...words], names.join(end));
      expect({ code, stdout }, stderr).toEqual({ code: 0, stdout: `${expected}\n` });
    }
    writeFileSync(at('names.txt'), names.join('\n'));
    expect((await run([MODEL, '--list', 'names.txt'])).stdout).toBe(`${expected}\n`);
    const png = await run([MODEL, join(pictures, '000000', '00000*.png')]);
    expect(parse(png.stdout).map(({ file }) => file)).toEqual(
      names.slice(0, 10).filter((name) => name.endsWith('.png')),
    );
  });

  it('takes a tar archive from standard input', async () => {
    await runScore({ words: [MODEL, '--tar', '-', '-o', at('tar.ndjson')], input: archive });
    expect(readFileSync(at('tar.ndjson'), 'utf8')).toBe(all);
  });

  it('gives what cannot be read an error in its place, and ends with 3', async () => {
    mkdirSync(at('mixed'));
    writeFileSync(at('mixed/a.png'), readFileSync(join(ROOT, 'data/pictures/digit-7.png')));
    writeFileSync(at('mixed/b.png'), 'no picture');
    writeFileSync(
      at('mixed/c.jpg'),
      readFileSync(join(ROOT, 'data/pictures/digit-3-grey.jpg')).subarray(0, 90),
    );
    symlinkSync(at('mixed'), at('mixed/loop'));
    mkdirSync(at('empty'));
    const words = [MODEL, 'mixed', 'missing.png', 'empty', 'none*.png', MODEL];
    const { code, stdout, stderr } = await run(words);
    expect(code).toBe(3);
    expect(stderr).toMatch(/scored 7 pictures .*; 6 have an error\n$/);
    expect(parse(stdout).map(({ file, label, error }) => [file, label ?? error?.code])).toEqual([
      ['mixed/a.png', '7'],
      ['mixed/b.png', 'PICTURE_FORMAT'],
      ['mixed/c.jpg', expect.stringMatching(/^JPEG_/)],
      ['missing.png', 'FILE_NOT_FOUND'],
      ['empty', 'NO_PICTURE'],
      ['none*.png', 'NO_PICTURE'],
      [MODEL, 'PICTURE_FORMAT'],
    ]);
    expect((await run([...words, '--allow-errors'])).code).toBe(0);
  });
});

describe('wjpeg score in shards, two of them killed with SIGKILL and resumed', () => {
  it('writes together what one run writes', async () => {
    const parts = [0, 1, 2, 3].map((index) => at(`part-${index}.ndjson`));
    for (const [index, part] of parts.entries()) {
      const call = {
        words: [MODEL, pictures, '-o', at('part-{shard}.ndjson'), '--workers', '1'],
        environment: {
          SLURM_ARRAY_TASK_ID: String(index + 1),
          SLURM_ARRAY_TASK_MIN: '1',
          SLURM_ARRAY_TASK_COUNT: '4',
        },
      };
      if (index < 2) {
        const killed = await killAt(call, part, 1);
        // If it had ended before the signal came, what a kill leaves is made by hand.
        if (killed.signal !== 'SIGKILL' || index === 1)
          writeFileSync(part, readFileSync(part).subarray(0, 3001));
        const again = await runScore({ ...call, words: [...call.words, '--resume'] });
        expect(again.code, again.stderr).toBe(0);
        expect(again.stderr).toContain(
          `wjpeg: shard ${index}/4, by SLURM_ARRAY_TASK_ID, SLURM_ARRAY_TASK_COUNT`,
        );
      } else expect((await runScore(call)).code).toBe(0);
    }
    expect(await sortedLines(parts)).toEqual(await sortedLines([at('all.ndjson')]));
  });

  it('refuses to go on with an output of another model, other inputs or other options, and leaves it alone', async () => {
    const half = all.slice(0, Math.floor(all.length / 2));
    const output = at('half.ndjson');
    const cases = [
      [[OTHER, pictures], /line 1 is of model [0-9a-f]{12}, but this one is [0-9a-f]{12}/],
      [
        [MODEL, pictures, '--shard', '1/2'],
        /line 1 is of .*000000\.png, but here that picture is .*000001\.jpg/,
      ],
      [
        [MODEL, join(pictures, '000000', '00000*')],
        /line 11 is of a picture that is none of the inputs|line 11 is of/,
      ],
      [[MODEL, pictures, '--top', '3'], /line \d+ comes out differently now/],
    ] as const;
    for (const [words, message] of cases) {
      writeFileSync(output, half);
      const { code, stderr } = await run([...words, '-o', output, '--resume']);
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(message) });
      expect(readFileSync(output, 'utf8')).toBe(half);
    }
    writeFileSync(output, 'a file of somebody else');
    expect((await run([MODEL, pictures, '-o', output, '--resume'])).stderr).toContain(
      'is not one that wjpeg score',
    );
    const again = await run([MODEL, pictures, '-o', output]);
    expect([again.code, again.stderr]).toEqual([
      1,
      expect.stringContaining('--resume goes on after what is written'),
    ]);
    expect(readFileSync(output, 'utf8')).toBe('a file of somebody else');
  });

  it('changes nothing in an output that is complete, and begins one that is missing', async () => {
    writeFileSync(at('complete.ndjson'), all);
    const { code, stderr } = await run([MODEL, pictures, '-o', 'complete.ndjson', '--resume']);
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/^wjpeg: 399 were written before; scored 1 picture in/),
    ]);
    expect(readFileSync(at('complete.ndjson'), 'utf8')).toBe(all);
    await run([MODEL, join(pictures, '000000', '00000*'), '-o', 'begun.ndjson', '--resume']);
    expect(readFileSync(at('begun.ndjson'), 'utf8')).toBe(`${all.split('\n').slice(0, 10).join('\n')}\n`);
  });
});

describe('wjpeg score refuses', () => {
  it.each([
    [[MODEL, '-'], 2, 'say what standard input is: --list - for names, --tar - for an archive'],
    [[MODEL, 'x', '--shard', '4/4'], 2, "--shard is '4/4', expected 0/4 to 3/4"],
    [[MODEL, 'x', '--shards', '4'], 1, 'no variable of the environment says which'],
    [[MODEL, '--list', '-', '--tar', '-'], 2, 'either the list or the archive'],
    [[MODEL, '--list', 'missing.txt'], 1, 'cannot read missing.txt'],
    [[MODEL, 'x', '-o', 'no/such/out'], 1, 'cannot write no/such/out'],
    [['missing.wjz', 'x'], 1, 'missing.wjz'],
    [[join(ROOT, 'package.json'), 'x'], 1, 'package.json'],
  ] as const)('%j', async (words, code, message) => {
    const result = await run(words);
    expect([result.code, result.stdout]).toEqual([code, '']);
    expect(result.stderr).toContain(message);
    expect(existsSync(at('no'))).toBe(false);
  });

  it('archives that are none, cut or compressed, after the lines of what they hold', async () => {
    const cut = readFileSync(archive).subarray(0, 20_000);
    writeFileSync(at('cut.tar'), cut);
    const { code, stdout, stderr } = await run([MODEL, '--tar', 'cut.tar']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('cut.tar is no complete tar archive')]);
    expect(all.startsWith(stdout)).toBe(true);
    writeFileSync(at('no.tar'), 'x'.repeat(2000));
    expect((await run([MODEL, '--tar', 'no.tar'])).stderr).toContain('unpack .tar.gz on the way');
  });

  it('lists that are none', async () => {
    const { code, stderr } = await run([MODEL, '--list', '-'], 'x'.repeat(100_000));
    expect([code, stderr]).toEqual([1, expect.stringContaining('standard input is no list of names')]);
  });
});

describe('members of archives', () => {
  it('that are no pictures, or lie in folders of any depth, are passed over or named in full', async () => {
    const tar = pack();
    const picture = readFileSync(join(ROOT, 'data/pictures/digit-7.png'));
    const long = `${'a/'.repeat(120)}seven.png`;
    tar.entry({ name: 'labels.json' }, '{}');
    tar.entry({ name: 'folder.png', type: 'directory' });
    tar.entry({ name: long }, picture);
    tar.finalize();
    const chunks: Uint8Array[] = [];
    for await (const chunk of tar) chunks.push(chunk as Uint8Array);
    writeFileSync(at('members.tar'), Buffer.concat(chunks));
    const { stdout } = await run([MODEL, '--tar', 'members.tar']);
    expect(parse(stdout).map(({ file, label }) => [file, label])).toEqual([[long, '7']]);
  });
});
