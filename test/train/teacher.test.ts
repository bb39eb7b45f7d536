import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TrainKernels } from '../../kernels/train/kernels.ts';
import { readTeacher } from '../../src/cli/train/networks.ts';
import { networkGraph } from '../../src/exporters/network.ts';
import type { ImageInputSpec } from '../../src/format/manifest.ts';
import { readWjz } from '../../src/format/read.ts';
import { type WjzContent, writeWjz } from '../../src/format/write.ts';
import { Random } from '../../src/random.ts';
import { restoreCheckpoint, writeCheckpoint } from '../../src/train/checkpoint.ts';
import { exportNetwork } from '../../src/train/export.ts';
import type { TrainOptions } from '../../src/train/options.ts';
import type { Teacher } from '../../src/train/teacher.ts';
import { Trainer } from '../../src/train/trainer.ts';
import { syntheticPictures, TINY } from './synthetic.ts';

const data = syntheticPictures(700);
const range = Array.from({ length: data.count }, (_, index) => index);

/** A network trained on the data, as its file has it, and its answers to them. */
async function teacherOf(options: Partial<TrainOptions>): Promise<{ teacher: Teacher; answers: number[] }> {
  const trainer = new Trainer(data, { ...TINY, lambda: 1e-6, ...options });
  while (!trainer.done) trainer.runEpoch();
  const file = readWjz(writeWjz(exportNetwork(trainer)));
  const teacher = { graph: await networkGraph(file), normalization: trainer.normalization };
  return { teacher, answers: answersOf(trainer) };
}

function answersOf(trainer: Trainer): number[] {
  const logits = trainer.logits(range);
  return range.map((index) => {
    const own = logits.subarray(3 * index, 3 * index + 3);
    return own.indexOf(Math.max(...own));
  });
}

/** The teacher that `--teacher` makes of a file, for classes of these names. */
async function readStored(content: WjzContent, classes: readonly string[] | undefined): Promise<Teacher> {
  const folder = mkdtempSync(join(tmpdir(), 'wjpeg-teacher-'));
  try {
    const path = join(folder, 'teacher.wjz');
    writeFileSync(path, writeWjz(content));
    return await (await readTeacher(path, undefined))([1, data.height, data.width], classes);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A network that has learnt from a teacher alone: the labels are nonsense. */
function taughtBy(teacher: Teacher): Trainer {
  const random = new Random(9);
  const nonsense = { ...data, labels: data.labels.map(() => Math.floor(random.next() * 3)) };
  const options = { ...TINY, epochs: 8, distillation: { part: 1, temperature: 2 } };
  const student = new Trainer(nonsense, options, undefined, teacher);
  while (!student.done) student.runEpoch();
  return student;
}

const agreement = (a: readonly number[], b: readonly number[]): number =>
  a.filter((answer, index) => answer === b[index]).length / a.length;

describe('distillation', () => {
  it('mixes the gradient of softened divergence into that of the labels', () => {
    const random = new Random(2);
    const [classes, images, part, temperature, share] = [5, 6, 0.6, 3, 0.25];
    const kernels = new TrainKernels(10_000);
    const [logits, teacher, gradient] = [0, 1, 2].map(() => kernels.buffer(classes * images));
    for (const { values } of [logits, teacher, gradient])
      for (let i = 0; i < values.length; i++) values[i] = random.symmetric() * 8;
    const before = gradient.values.slice();
    // The last image has no label, as where a batch has fewer.
    const labels = kernels.table([0, 1, 2, 3, 4, -1]);
    const addresses = [logits, teacher, labels].map(({ address }) => address);
    kernels.run(['distil', classes, images, ...addresses, part, temperature, share, gradient.address]);
    const softened = (values: Float32Array, image: number): number[] => {
      const own = Array.from({ length: classes }, (_, c) =>
        Math.exp(values[c * images + image] / temperature),
      );
      const sum = own.reduce((total, value) => total + value);
      return own.map((value) => value / sum);
    };
    for (let image = 0; image < images; image++) {
      const [own, taught] = [logits, teacher].map(({ values }) => softened(values, image));
      for (let c = 0; c < classes; c++) {
        const at = c * images + image;
        const mixed =
          (1 - part) * before[at] + part * temperature ** 2 * ((own[c] - taught[c]) / temperature) * share;
        expect(gradient.values[at]).toBeCloseTo(image === 5 ? before[at] : mixed, 5);
      }
    }
  });

  it.each<[string, Partial<TrainOptions>]>([
    ['linear layers in rows and matrices', {}],
    [
      'convolutions and batch norms, on samples normalised otherwise',
      {
        net: 'cnn:8,8',
        normalization: { mean: [0.4], std: [0.2] },
      },
    ],
  ])('teaches what the labels do not say: %s', async (_, options) => {
    const { teacher, answers } = await teacherOf(options);
    expect(agreement(answers, [...data.labels])).toBeGreaterThan(0.9);
    expect(agreement(answersOf(taughtBy(teacher)), answers)).toBeGreaterThan(0.9);
  });

  it('shows a model of ink on paper the pictures as it learnt them', async () => {
    const onPaper = { ...data, pictures: data.pictures.map((sample) => 255 - sample) };
    const trainer = new Trainer(onPaper, { ...TINY, lambda: 1e-6 });
    while (!trainer.done) trainer.runEpoch();
    const content = exportNetwork(trainer);
    const input = content.manifest.input as ImageInputSpec;
    const preprocessing = { ...input.preprocessing, background: 'light' as const };
    const manifest = { ...content.manifest, input: { ...input, preprocessing } };
    const teacher = await readStored({ ...content, manifest }, undefined);
    expect(agreement(answersOf(taughtBy(teacher)), answersOf(trainer))).toBeGreaterThan(0.9);
  });

  it('finds the classes of a model by their names', async () => {
    const trainer = new Trainer({ ...data, classes: ['a', 'b', 'c'] }, { ...TINY, lambda: 1e-6 });
    while (!trainer.done) trainer.runEpoch();
    const content = exportNetwork(trainer);
    expect((await readStored(content, ['a', 'b', 'c'])).outputs).toBeUndefined();
    const taught = taughtBy(await readStored(content, ['b', 'c', 'a']));
    const named = answersOf(taught).map((answer) => [1, 2, 0][answer]);
    expect(agreement(named, answersOf(trainer))).toBeGreaterThan(0.9);
    await expect(readStored(content, ['a', 'b', 'd'])).rejects.toThrow(
      'the teacher has the classes a, b, c, expected those in training: a, b, d',
    );
  });

  it('refuses a teacher of other classes, and a checkpoint of another teacher', async () => {
    const { teacher } = await teacherOf({ epochs: 1 });
    const four = { ...data, labels: data.labels.map((label, index) => (index === 0 ? 3 : label)) };
    expect(() => new Trainer(four, { ...TINY, outputs: 4 }, undefined, teacher)).toThrow(
      'the teacher takes 1×10×12 (channels × height × width) and gives 3 numbers, expected 1×10×12 (channels × height × width) and 4',
    );
    const taught = new Trainer(data, TINY, undefined, teacher);
    taught.runEpoch();
    const bytes = writeCheckpoint(taught);
    expect(() => restoreCheckpoint(new Trainer(data, TINY), bytes)).toThrow('its teacher is another');
    const again = new Trainer(data, TINY, undefined, teacher);
    restoreCheckpoint(again, bytes);
    expect(again.runEpoch().loss).toBe(taught.runEpoch().loss);
  });
});
