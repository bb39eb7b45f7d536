import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { pace } from '../../src/cli/train/settings.ts';
import { readWjz } from '../../src/format/read.ts';
import { barStates, hasPseudoTerminal, runOnTerminal } from '../cli/pseudo-terminal.ts';
import { type ProgramResult, runProgram } from '../cli/run-program.ts';
import { put, SHAPES, shapeFile, writeShapes } from '../node/photo-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'wjpeg-folders-'));
afterAll(() => rmSync(root, { recursive: true }));
const at = (name: string): string => join(root, name);

const photos = writeShapes(at('photos'), 40);
put(photos, 'disc/broken.jpg', shapeFile('disc', 1, false).bytes.subarray(0, 30));
put(photos, 'notes.txt', 'drawn by a test');
const settings = {
  '--colour': 'grey',
  '--net': 'mlp:24',
  '--batch': '10',
  '--epochs': '25',
  '--lambda': '1e-6',
};
const model = at('shapes.wjz');

/** The words of a run with the settings above, but for those that `words` has. */
function command(from: string, output: string, words: readonly string[]): string[] {
  const rest = Object.entries(settings).filter(([name]) => !words.includes(name));
  return ['train', '--data', from, '-o', output, ...rest.flat(), ...words];
}

function train(from: string, ...words: string[]): Promise<ProgramResult> {
  return runProgram('wjpeg', command(from, model, words));
}

describe('wjpeg train on a folder of pictures', () => {
  it('learns classes that eval, compress and infer find by their names', async () => {
    const result = await train(photos);
    expect(result.code).toBe(0);
    const [reading, about, ...rest] = result.stderr.split('\n');
    expect(reading).toBe(`${photos}: reading 121 files`);
    expect(about).toBe(
      `${photos}: 120 pictures of 3 classes (40×40 to 56×52), taken as 28×28 grey; 12 held out`,
    );
    expect(rest[0]).toBe(`skipped ${join(photos, 'notes.txt')}: in no folder of a class`);
    expect(rest[1]).toMatch(/^skipped .*photos.disc.broken\.jpg: JPEG /);
    expect(rest[2]).toMatch(/^epoch +1\/25 · loss .* · validation error .* · about .* · \d+ s left$|^epoch/);
    expect(result.stdout).toMatch(
      /Held-out pictures: 1[0-2] of 12 right \(.*%\); rows are labels, columns answers:/,
    );
    expect(result.stdout).toMatch(/^ +bar +disc +frame$/m);
    expect(result.stdout).toMatch(/^frame +· +· +4$/m);
    // Of 12 right ones the interval is 76% to 100%.
    expect(result.stdout).toMatch(
      /^That is little to go by: of many such pictures [4-7]\d% to \d+% would be right \(95% confidence\)\.$/m,
    );
    expect(result.stdout).toMatch(/labelled wrongly; trained in \d+ s$/m);
    const [, next] = /\nNext: wjpeg-infer (.*)\n$/.exec(result.stdout) as RegExpExecArray;
    const { labels, input } = readWjz(readFileSync(model)).manifest;
    expect(labels).toEqual([...SHAPES]);
    expect(input).toMatchObject({ width: 28, height: 28, channels: 1, preprocessing: { fit: 'contain' } });

    const asked = await runProgram('wjpeg-infer', next.split(' '));
    expect(asked.stdout).toContain('bar');
    const evaluated = await runProgram('wjpeg', [
      'eval',
      model,
      '--data',
      photos,
      '--path',
      'coefficient',
      '--json',
    ]);
    expect(evaluated.stderr).toContain(`skipped ${join(photos, 'notes.txt')}`);
    const {
      results: [{ images, accuracy }],
      skipped,
    } = JSON.parse(evaluated.stdout);
    expect(skipped).toEqual([
      { file: join(photos, 'notes.txt'), reason: 'in no folder of a class' },
      { file: join(photos, 'disc', 'broken.jpg'), reason: expect.stringMatching(/^JPEG /) },
    ]);
    expect(images).toBe(120);
    expect(accuracy).toBeGreaterThan(0.9);
    const report = await runProgram('wjpeg', ['report', model, '--data', photos, '--json', '--repeats', '2']);
    expect(JSON.parse(report.stdout).evaluation.classes[0]).toMatchObject({ label: 'bar', images: 40 });
    expect(JSON.parse(report.stdout).skipped).toEqual(skipped);
    const verified = await runProgram('wjpeg', [
      'verify',
      model,
      '--data',
      photos,
      '--samples',
      '2',
      '--backend',
      'reference',
    ]);
    expect(verified.code).toBe(0);
  });

  it('trains convolutions on photographs in colour', async () => {
    const words = ['train', '--data', photos, '-o', model, '--epochs', '12', '--json'];
    const { code, stdout, stderr } = await runProgram('wjpeg', words);
    expect(code).toBe(0);
    expect(stderr).toContain('taken as 32×32 in colour; 12 held out');
    const { options, heldOut } = JSON.parse(stdout);
    expect(options).toMatchObject({ net: 'cnn:16,32,64', augment: 1, augmentation: 'photos', batch: 16 });
    expect(heldOut.correct).toBeGreaterThan(8);
    expect(readWjz(readFileSync(model)).manifest).toMatchObject({
      labels: [...SHAPES],
      input: { width: 32, height: 32, channels: 3 },
    });
    const evaluated = await runProgram('wjpeg', [
      'eval',
      model,
      '--data',
      photos,
      '--path',
      'coefficient',
      '--json',
    ]);
    expect(JSON.parse(evaluated.stdout).results[0].accuracy).toBeGreaterThan(0.75);
    const exported = await runProgram('wjpeg', ['export', model, '-o', at('colour.c')]);
    expect(exported.stderr).toBe('');
    expect(exported.stdout).toMatch(/^static memory +\d+ +\d+$/m);
  });

  it('calibrates, and measures on what is held out', async () => {
    expect(await train(photos, '--epochs', '2')).toMatchObject({ code: 0 });
    const dense = at('dense.safetensors');
    await runProgram('wjpeg', ['export', model, '-o', dense]);
    const words = [
      'compress',
      dense,
      '-o',
      at('again.wjz'),
      '--input',
      '28x28',
      '--calibrate',
      photos,
      '--json',
    ];
    const { code, stdout, stderr } = await runProgram('wjpeg', [...words, '--labels', SHAPES.join(',')]);
    expect(code).toBe(0);
    // The folder is read twice.
    expect(stderr.match(/skipped .*notes\.txt/g)).toHaveLength(1);
    const files = JSON.parse(stdout).skipped.map(({ file }: { file: string }) => file);
    expect(files.toSorted()).toEqual([join(photos, 'disc', 'broken.jpg'), join(photos, 'notes.txt')]);
    expect(JSON.parse(stdout).accuracy).toMatchObject({
      pictures: 12,
      measuredOn: `the 12 held-out pictures of ${photos}`,
    });
    const wrong = await runProgram('wjpeg', [...words, '--labels', 'a,b,c']);
    expect(wrong.stderr).toMatch(
      /has the class 'bar', which the model does not have: its labels are a, b, c\n$/,
    );
  });

  it('gives the same file for the same seed, and another one for others held out', async () => {
    const files: Buffer[] = [];
    for (const words of [[], [], ['--validation', '25%']]) {
      expect(await train(photos, '--epochs', '1', ...words)).toMatchObject({ code: 0 });
      files.push(readFileSync(model));
    }
    expect(files[1]).toEqual(files[0]);
    expect(files[2]).not.toEqual(files[0]);
  });

  it('says what is uneven, and which class cannot be held out', async () => {
    const path = writeShapes(at('uneven'), 12, { grey: true });
    put(path, 'star/1.png', shapeFile('bar', 1, true).bytes);
    const { stderr } = await train(path, '--epochs', '1');
    expect(stderr).toContain(
      'classes are uneven: bar has 11 training pictures, star has 1 (--class-weights balanced',
    );
    const weighted = await train(path, '--epochs', '1', '--class-weights', 'balanced', '--json');
    const { classWeights } = JSON.parse(weighted.stdout).options;
    expect(classWeights[3]).toBeCloseTo(11 * classWeights[0]);
    expect(stderr).toContain('class star has a single picture: it is trained on, and none is held out\n');
  });

  it('names all files that it skips to programs', async () => {
    const path = writeShapes(at('littered'), 4, { grey: true });
    const notes = Array.from({ length: 7 }, (_, index) => `bar/note-${index}.txt`);
    for (const note of notes) put(path, note, 'no picture');
    const { code, stdout, stderr } = await train(path, '--epochs', '1', '--batch', '4', '--json');
    expect(code, stderr).toBe(0);
    expect(stderr.match(/^skipped /gm)).toHaveLength(5);
    expect(stderr).toContain('and 2 more files are skipped (--json names all)\n');
    const { skipped } = JSON.parse(stdout) as { skipped: { file: string; reason: string }[] };
    expect(skipped.map(({ file }) => file).sort()).toEqual(notes.map((note) => join(path, note)));
    for (const { reason } of skipped) expect(reason).not.toBe('');
  });

  it('holds out as many as it is told, or says why not', async () => {
    const path = writeShapes(at('held'), 4, { grey: true });
    const refused = await train(path, '--validation', '12');
    expect(refused).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `wjpeg: --validation is 12, but ${path} has 12 pictures of 3 classes, each of which keeps one to learn from: at most 9 can be held out\n`,
    });
    const uneven = await train(path, '--validation', '1', '--epochs', '1', '--batch', '4');
    expect(uneven.stderr).toContain(
      '--validation 1: 3 held out, the same share of each class and at least one\n',
    );
    const even = await train(path, '--validation', '3', '--epochs', '1', '--batch', '4');
    expect(even).toMatchObject({ code: 0, stderr: expect.not.stringContaining('--validation') });
  });

  it('names the pairs that are confused most where classes are many', async () => {
    const path = at('many');
    for (let label = 0; label < 14; label++)
      for (let i = 0; i < 4; i++)
        put(path, `class-${label}/${i}.png`, shapeFile(SHAPES[label % 3], 20 * label + 2 * i, true).bytes);
    const { stdout } = await train(path, '--epochs', '1', '--validation', '25%');
    expect(stdout).toMatch(
      /Held-out pictures: \d+ of 14 right \(.*%\); confused most:\n\nlabel +answer +pictures\nclass-\d+ +class-\d+ +1 of 1/,
    );
  });

  it.skipIf(!hasPseudoTerminal)('shows a bar while it reads pictures, and leaves whole lines', async () => {
    const words = command(photos, at('terminal.wjz'), ['--epochs', '1']);
    const { code, output } = await runOnTerminal('wjpeg', words);
    expect(code).toBe(0);
    expect(barStates(output).some((state) => /^pictures .*121\/121/.test(state))).toBe(true);
    expect(output).toContain('120 pictures of 3 classes');
  });
});

describe('batch and epochs', () => {
  it.each([
    [55_000, {}, { batch: 96, epochs: 40 }],
    [1_800, {}, { batch: 88, epochs: 100 }],
    [108, {}, { batch: 16, epochs: 200 }],
    [9, {}, { batch: 9, epochs: 200 }],
    [108, { batch: 50, epochs: 3 }, { batch: 50, epochs: 3 }],
  ] as const)('of %i training pictures', (count, given, expected) => {
    expect(pace(count, given)).toEqual(expected);
  });
});

describe('bad input is one clear line, and leaves no file', () => {
  const one = writeShapes(at('one'), 1);
  const cases: [string, () => Promise<ProgramResult>, number, RegExp][] = [
    ['outputs', () => train(photos, '--outputs', '3'), 1, /--outputs is for IDX files/],
    ['labels', () => train(photos, '--labels', 'a,b,c'), 1, /--labels is for IDX files/],
    [
      'a share that is none',
      () => train(photos, '--validation', '120%'),
      2,
      /--validation is '120%', expected a number of pictures/,
    ],
    [
      'a size that is none',
      () => train(photos, '--size', '32'),
      2,
      /--size is '32', expected width and height/,
    ],
    [
      'fewer pictures than a batch',
      () => train(one),
      1,
      /one: 3 pictures less 0 held out leave 3, expected at least a batch of 10/,
    ],
    [
      'a class only',
      () => {
        put(at('single'), 'cat/1.png', shapeFile('bar', 1, true).bytes);
        return train(at('single'));
      },
      1,
      /single has one class only, 'cat'/,
    ],
  ];
  it.each(cases)('%s', async (_, run, code, message) => {
    rmSync(model, { force: true });
    const result = await run();
    expect(result.code).toBe(code);
    expect(result.stderr).toMatch(message);
    expect(result.stderr.split('\n').filter((line) => line.startsWith('wjpeg: '))).toHaveLength(1);
    expect(result.stdout).toBe('');
    expect(existsSync(model)).toBe(false);
  });

  it.each(['1.jpg', 'model.jpg'])('a model among the pictures: %s', async (name) => {
    const picture = join(photos, 'bar', name);
    const before = existsSync(picture) && readFileSync(picture);
    const { code, stderr } = await runProgram('wjpeg', command(photos, picture, []));
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `wjpeg: ${picture} would lie among the pictures of class 'bar': name an output file in another folder\n`,
    });
    expect(existsSync(picture) && readFileSync(picture)).toEqual(before);
  });
});
