import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type ImageInputSpec, PICTURE_DEFAULTS } from '../../src/format/manifest.ts';
import { type ClassFiles, listPictureFolder } from '../../src/node/picture-folder/classes.ts';
import { decodeSamples } from '../../src/node/picture-folder/decode.ts';
import { loadForModel } from '../../src/node/picture-folder/for-model.ts';
import { holdOut } from '../../src/node/picture-folder/hold-out.ts';
import { ThreadedReader } from '../../src/node/picture-folder/read.ts';
import { isPictureFolder } from '../../src/node/picture-folder/sniff.ts';
import { inputFor, surveyPictures } from '../../src/node/picture-folder/survey.ts';
import { loadForTraining, splitFolder } from '../../src/node/picture-folder/training.ts';
import { encodePng } from '../../src/png/encode.ts';
import { Random } from '../../src/random.ts';
import { squares, writeIdx } from '../bench/synthetic-mnist.ts';
import { drawShape, phoneJpeg, put, SHAPES, shapeFile, writeShapes } from './photo-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'wjpeg-photos-'));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;
const newFolder = (): string => {
  const path = join(root, `photos-${folders++}`);
  mkdirSync(path);
  return path;
};
const GREY: ImageInputSpec = { kind: 'image', width: 28, height: 28, ...PICTURE_DEFAULTS };
const RGB: ImageInputSpec = { ...GREY, width: 32, height: 32, channels: 3 };
const namesOf = (classes: readonly ClassFiles[]): string[] => classes.map(({ name }) => name);

describe('listing', () => {
  it('takes each folder for a class, what lies below it for its pictures, and names the rest', async () => {
    const path = writeShapes(newFolder(), 2);
    put(path, 'disc/more/deep/9.png', shapeFile('disc', 9, true).bytes);
    put(path, 'readme.txt', 'about');
    put(path, '.DS_Store', 'x');
    put(path, 'bar/Thumbs.db', 'x');
    mkdirSync(join(path, 'empty'));
    symlinkSync(join(path, 'disc'), join(path, 'disc', 'more', 'again'));
    symlinkSync(join(path, 'nowhere'), join(path, 'bar', 'lost.png'));
    const { classes, skipped, validation } = await listPictureFolder(path);
    expect(namesOf(classes)).toEqual([...SHAPES]);
    expect(classes[0].files).toEqual(['bar/0.png', 'bar/1.jpg']);
    expect(classes[1].files).toEqual(['disc/0.png', 'disc/1.jpg', 'disc/more/deep/9.png']);
    expect(validation).toBeUndefined();
    expect(skipped).toEqual([
      { file: 'readme.txt', reason: 'in no folder of a class' },
      { file: join('bar', 'lost.png'), reason: 'a link that leads nowhere' },
      { file: join('disc', 'more', 'again'), reason: 'a link to a folder that it is in' },
      { file: 'empty', reason: 'a folder without pictures' },
    ]);
  });

  it('takes train and validation for parts, and a class called train for a class', async () => {
    const path = newFolder();
    writeShapes(join(path, 'train'), 2);
    writeShapes(join(path, 'validation'), 1, { from: 5 });
    rmSync(join(path, 'validation', 'disc'), { recursive: true });
    const { classes, validation } = await listPictureFolder(path);
    expect(namesOf(classes)).toEqual([...SHAPES]);
    expect(validation?.map(({ files }) => files.length)).toEqual([1, 0, 1]);
    rmSync(join(path, 'validation'), { recursive: true });
    const { validation: none, ...split } = await listPictureFolder(path);
    expect(none).toBeUndefined();
    // Of two pictures of a class one is held out.
    expect(splitFolder(split).heldOut.map(({ files }) => files.length)).toEqual([1, 1, 1]);
    const vehicles = newFolder();
    put(vehicles, 'train/1.png', shapeFile('bar', 1, true).bytes);
    put(vehicles, 'bus/1.png', shapeFile('bar', 2, true).bytes);
    expect(namesOf((await listPictureFolder(vehicles)).classes)).toEqual(['bus', 'train']);
  });

  const cases: [string, (path: string) => void, string, RegExp][] = [
    ['an empty folder', () => {}, 'FOLDER_EMPTY', /has no folders of pictures: expected one folder/],
    [
      'pictures beside one another',
      (path) => put(path, 'a.png', 'x'),
      'FOLDER_EMPTY',
      /has no folders of pictures/,
    ],
    ['one class', (path) => put(path, 'cat/a.png', 'x'), 'FOLDER_CLASSES', /has one class only, 'cat'/],
    [
      'one name in two cases',
      (path) => {
        for (const name of ['Cat', 'cat', 'dog']) put(path, `${name}/a.png`, 'x');
      },
      'FOLDER_CLASSES',
      /the classes 'Cat' and 'cat', which differ in case only/,
    ],
    [
      '4,097 classes',
      (path) => {
        for (let i = 0; i < 4097; i++) put(path, `c${i}/a.png`, 'x');
      },
      'FOLDER_CLASSES',
      /has 4097 classes, at most 4096/,
    ],
    [
      'a class that training lacks',
      (path) => {
        writeShapes(join(path, 'train'), 1);
        put(path, 'val/ring/a.png', 'x');
      },
      'FOLDER_CLASSES',
      /val has the class 'ring', which train lacks: it has bar, disc, frame/,
    ],
  ];
  it.each(cases)('refuses %s', async (_, make, code, message) => {
    const path = newFolder();
    make(path);
    await expect(listPictureFolder(path)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('tells folders of pictures from IDX files', async () => {
    const idx = newFolder();
    writeIdx(idx, 'train', squares(5, 1));
    mkdirSync(join(idx, 'cats'));
    expect(await isPictureFolder(idx)).toBe(false);
    expect(await isPictureFolder(newFolder())).toBe(false);
    expect(await isPictureFolder(writeShapes(newFolder(), 1))).toBe(true);
    const flat = newFolder();
    put(flat, 'a.PNG', 'x');
    expect(await isPictureFolder(flat)).toBe(true);
    await expect(isPictureFolder(join(root, 'none'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});

describe('holding out', () => {
  const classes = [40, 7, 2, 1].map((count, label) => ({
    name: `c${label}`,
    files: Array.from({ length: count }, (_, i) => `c${label}/${i}.png`),
  }));
  const counts = (parts: readonly ClassFiles[]): number[] => parts.map(({ files }) => files.length);

  it('takes a share of each class, one at least, never the only one', () => {
    const { training, heldOut } = holdOut(classes, { share: 0.1 });
    expect(counts(heldOut)).toEqual([4, 1, 1, 0]);
    expect(counts(training)).toEqual([36, 6, 1, 1]);
    for (const [at, { files }] of classes.entries()) {
      expect([...training[at].files, ...heldOut[at].files].sort()).toEqual(files.toSorted());
    }
  });

  it('takes a number of all, or none', () => {
    expect(counts(holdOut(classes, { count: 25 }).heldOut)).toEqual([20, 4, 1, 0]);
    expect(counts(holdOut(classes, { count: 0 }).heldOut)).toEqual([0, 0, 0, 0]);
    expect(counts(holdOut(classes, { share: 0 }).heldOut)).toEqual([0, 0, 0, 0]);
  });

  it('goes by names alone: with more pictures the same ones are held out, but for a few', () => {
    const before = holdOut(classes, { share: 0.1 }).heldOut[0].files;
    const more = { name: 'c0', files: [...classes[0].files, 'c0/new.png'] };
    const after = holdOut([more], { share: 0.1 }).heldOut[0].files;
    expect(before.filter((file) => !after.includes(file)).length).toBeLessThanOrEqual(1);
    const reversed = holdOut([{ name: 'c0', files: classes[0].files.toReversed() }], { share: 0.1 });
    expect(reversed.heldOut[0].files.toSorted()).toEqual(before.toSorted());
  });
});

describe('decoding', () => {
  it('turns phone pictures upright, and gives the planes of the network', () => {
    const [width, height] = [64, 48];
    const samples = drawShape('bar', width, height, new Random(3));
    const png = decodeSamples(encodePng({ width, height, channels: 3, samples }), RGB);
    const phone = decodeSamples(phoneJpeg(samples, width, height), RGB);
    expect(phone.report).toMatchObject({ orientation: 6, sourceWidth: width, sourceHeight: height });
    expect(png.samples).toHaveLength(3 * 32 * 32);
    const mean =
      png.samples.reduce((sum, sample, at) => sum + Math.abs(sample - phone.samples[at]), 0) /
      png.samples.length;
    expect(mean).toBeLessThan(6);
    // Red is the brightest plane.
    const sum = (plane: number): number =>
      png.samples.subarray(plane * 1024, (plane + 1) * 1024).reduce((a, b) => a + b, 0);
    expect(sum(0)).toBeGreaterThan(1.2 * sum(1));
    expect(sum(1)).toBeGreaterThan(1.2 * sum(2));
  });

  it('keeps pictures of the size of the network as they are', () => {
    const samples = drawShape('disc', 32, 32, new Random(5));
    const { samples: planes } = decodeSamples(
      encodePng({ width: 32, height: 32, channels: 3, samples }),
      RGB,
    );
    expect([...planes]).toEqual(
      Array.from(planes, (_, at) => samples[(at % 1024) * 3 + Math.floor(at / 1024)]),
    );
  });
});

describe('what pictures are like', () => {
  const inputOf = async (path: string, named = {}) => {
    const { classes } = await listPictureFolder(path);
    return inputFor(await surveyPictures(path, classes), named);
  };

  it('photographs in colour: 32×32 in colour; one grey among them changes nothing', async () => {
    const path = writeShapes(newFolder(), 7);
    put(path, 'bar/grey.png', shapeFile('bar', 8, true).bytes);
    expect(await inputOf(path)).toMatchObject({ width: 32, height: 32, channels: 3 });
    expect(
      await inputOf(path, { size: { width: 20, height: 16 }, channels: 1, fit: 'stretch' }),
    ).toMatchObject({
      width: 20,
      height: 16,
      channels: 1,
      preprocessing: { fit: 'stretch' },
    });
  });

  it('grey pictures: 28×28, or their own size where it is one and small', async () => {
    expect(await inputOf(writeShapes(newFolder(), 3, { grey: true }))).toMatchObject({
      width: 28,
      height: 28,
      channels: 1,
    });
    const path = newFolder();
    const samples = drawShape('disc', 24, 20, new Random(1));
    for (const name of ['a/1.png', 'b/1.png'])
      put(path, name, encodePng({ width: 24, height: 20, channels: 3, samples }));
    expect(await inputOf(path)).toMatchObject({ width: 24, height: 20, channels: 3 });
  });

  it('pictures of which none can be read are refused, the first by name', async () => {
    const path = newFolder();
    for (const name of ['a/1.png', 'b/1.png']) put(path, name, 'no picture');
    await expect(inputOf(path)).rejects.toMatchObject({
      code: 'FOLDER_EMPTY',
      message: expect.stringMatching(/has no picture that can be read: a.1\.png: this is text/),
    });
  });
});

describe('loading', () => {
  it('puts what is held out last, shuffles each part alike each time, and skips what it cannot read', async () => {
    const path = writeShapes(newFolder(), 10);
    const cut = readFileSync(join(path, 'disc', '3.png')).subarray(0, 60);
    put(path, 'disc/3.png', cut);
    put(path, 'frame/notes.txt', 'these are frames');
    const folder = await listPictureFolder(path);
    const split = splitFolder(folder, { share: 0.2 });
    const done: number[] = [];
    const { pictures, heldOut, skipped } = await loadForTraining(folder, split, RGB, (count) =>
      done.push(count),
    );
    expect(done).toEqual(Array.from({ length: 31 }, (_, i) => i + 1));
    expect(skipped.map(({ file }) => file).sort()).toEqual([
      join('disc', '3.png'),
      join('frame', 'notes.txt'),
    ]);
    expect(pictures).toMatchObject({ count: 29, channels: 3, width: 32, height: 32, classes: [...SHAPES] });
    expect(pictures.pictures).toHaveLength(29 * 3072);
    expect(pictures.labels).toHaveLength(29);
    expect(heldOut).toBeGreaterThanOrEqual(5);
    expect(new Set(pictures.labels.subarray(0, 6)).size).toBeGreaterThan(1);
    // Each picture is one of the files, those at the end of the files that are held out.
    const expected = new Map<string, { label: number; held: boolean }>();
    for (const [part, classes] of [split.training, split.heldOut].entries()) {
      classes.forEach(({ files }, label) => {
        for (const file of files) {
          if (skipped.some((other) => other.file === file)) continue;
          const { samples } = decodeSamples(readFileSync(join(path, file)), RGB);
          expected.set(samples.join(), { label, held: part === 1 });
        }
      });
    }
    for (let i = 0; i < 29; i++) {
      const key = pictures.pictures.subarray(i * 3072, (i + 1) * 3072).join();
      expect(expected.get(key)).toEqual({ label: pictures.labels[i], held: i >= 29 - heldOut });
    }
    const again = await loadForTraining(folder, split, RGB);
    expect(again.pictures).toEqual(pictures);
  });

  it('loads the same on threads', async () => {
    const path = writeShapes(newFolder(), 10);
    put(path, 'disc/3.png', readFileSync(join(path, 'disc', '3.png')).subarray(0, 60));
    put(path, 'frame/copy.png', readFileSync(join(path, 'frame', '9.png')));
    const folder = await listPictureFolder(path);
    const split = splitFolder(folder, { share: 0.3 });
    const expected = await loadForTraining(folder, split, RGB);
    const worker = new URL('../../dist/src/cli/worker.js', import.meta.url);
    const reader = new ThreadedReader(worker, RGB, 2, 0);
    try {
      const done: number[] = [];
      const loaded = await loadForTraining(folder, split, RGB, (count) => done.push(count), reader);
      expect(loaded).toEqual(expected);
      expect(done).toHaveLength(31);
    } finally {
      await reader.close();
    }
  });

  it('names the picture at which a thread is lost, and reads on', async () => {
    const path = writeShapes(newFolder(), 6);
    const folder = await listPictureFolder(path);
    const worker = new URL('./losing-worker.mjs', import.meta.url);
    const reader = new ThreadedReader(worker, RGB, 2, 0);
    try {
      const { pictures, skipped } = await loadForTraining(
        folder,
        splitFolder(folder),
        RGB,
        undefined,
        reader,
      );
      expect(skipped).toEqual([
        { file: join('disc', '3.png'), reason: expect.stringMatching(/^a worker thread was lost: /) },
      ]);
      expect(pictures.count).toBe(17);
    } finally {
      await reader.close();
    }
  });

  it('never holds out a copy of a training picture', async () => {
    const path = newFolder();
    writeShapes(join(path, 'train'), 3);
    writeShapes(join(path, 'validation'), 2, { from: 2 });
    const folder = await listPictureFolder(path);
    const { heldOut, skipped } = await loadForTraining(folder, splitFolder(folder), GREY);
    expect(heldOut).toBe(3);
    expect(skipped).toHaveLength(3);
    expect(skipped[0].reason).toMatch(/^held out, but a copy of train.\w+.2\.JPEG, which is trained on$/);
  });

  it('leaves out classes of which nothing can be read, and counts labels anew', async () => {
    const path = writeShapes(newFolder(), 4);
    for (const name of ['a/1.png', 'a/2.png', 'b/1.png']) put(path, name, 'no picture');
    const folder = await listPictureFolder(path);
    const { pictures, skipped } = await loadForTraining(folder, splitFolder(folder), GREY);
    expect(pictures.classes).toEqual([...SHAPES]);
    expect(pictures.count).toBe(12);
    expect(Math.max(...pictures.labels)).toBe(2);
    expect(skipped).toContainEqual({
      file: 'a',
      reason: 'a class without a training picture that can be read',
    });
    for (const shape of ['disc', 'frame']) rmSync(join(path, shape), { recursive: true });
    const left = await listPictureFolder(path);
    await expect(loadForTraining(left, splitFolder(left), GREY)).rejects.toMatchObject({
      code: 'FOLDER_CLASSES',
      message: expect.stringMatching(/only the pictures of one class can be read, 'bar'/),
    });
  });

  it('refuses samples that take too much memory before it reads any', async () => {
    const folder = await listPictureFolder(writeShapes(newFolder(), 1));
    const huge = { ...RGB, width: 20_000, height: 20_000 };
    await expect(loadForTraining(folder, splitFolder(folder), huge)).rejects.toMatchObject({
      code: 'FOLDER_TOO_LARGE',
    });
  });
});

describe('for a model', () => {
  const labels = ['frame', 'star', 'bar', 'disc'];

  it('finds classes by the labels of the model, or takes them in the order of their names', async () => {
    const path = writeShapes(newFolder(), 4);
    const named = await loadForModel(path, { input: GREY, labels }, { part: 'test' });
    const sorted = await loadForModel(path, { input: GREY }, { part: 'test' });
    expect([...named.pictures.labels]).toEqual(
      Array.from(sorted.pictures.labels, (label) => [2, 3, 0][label]),
    );
    await expect(
      loadForModel(path, { input: GREY, labels: ['bar', 'disc'] }, { part: 'test' }),
    ).rejects.toMatchObject({
      code: 'FOLDER_LABEL',
      message: expect.stringMatching(
        /has the class 'frame', which the model does not have: its labels are bar, disc$/,
      ),
    });
    await expect(
      loadForModel(path, { input: { kind: 'vector', length: 9 } }, { part: 'test' }),
    ).rejects.toMatchObject({
      code: 'DATA_SIZE',
    });
  });

  it('takes the part that is asked for, and no more of it', async () => {
    const path = newFolder();
    writeShapes(join(path, 'train'), 3);
    writeShapes(join(path, 'validation'), 2, { from: 10 });
    writeShapes(join(path, 'test'), 1, { from: 20 });
    const count = async (part: 'test' | 'training' | 'held out', max?: number): Promise<number> =>
      (await loadForModel(path, { input: GREY }, { part, ...(max && { max }) })).pictures.count;
    expect([
      await count('training'),
      await count('held out'),
      await count('test'),
      await count('training', 4),
    ]).toEqual([9, 6, 3, 4]);
    const flat = writeShapes(newFolder(), 10);
    const { pictures } = await loadForModel(flat, { input: GREY }, { part: 'test' });
    expect(pictures.count).toBe(30);
  });
});

describe('links', () => {
  it('follows no link from a class to the folder of all classes', async () => {
    const path = writeShapes(newFolder(), 3);
    symlinkSync('..', join(path, 'disc', 'up'));
    const { classes, skipped } = await listPictureFolder(path);
    expect(classes.map(({ files }) => files.length)).toEqual([3, 3, 3]);
    expect(skipped).toEqual([{ file: join('disc', 'up'), reason: 'a link to a folder that it is in' }]);
  });
});
