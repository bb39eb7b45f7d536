import { dirname, resolve } from 'node:path';
import { WjpegError } from '../../errors.ts';
import { type Fit, type ImageInputSpec, PICTURE_DEFAULTS } from '../../format/manifest.ts';
import { type LabelledPictures, labelCount } from '../../image/labelled-pictures.ts';
import { loadIdxPair } from '../../node/mnist.ts';
import {
  type ClassFiles,
  listPictureFolder,
  MAX_CLASSES,
  type PictureFolder,
} from '../../node/picture-folder/classes.ts';
import type { HeldOut, HeldOutSplit } from '../../node/picture-folder/hold-out.ts';
import type { LoadedPictures } from '../../node/picture-folder/load.ts';
import type { SkippedFile } from '../../node/picture-folder/skipped.ts';
import { isPictureFolder } from '../../node/picture-folder/sniff.ts';
import { inputFor, type PictureSurvey, surveyPictures } from '../../node/picture-folder/survey.ts';
import { countFiles, loadForTraining, splitFolder } from '../../node/picture-folder/training.ts';
import { announce, withPercent, withProgress } from '../../terminal/progress.ts';
import { formatCount } from '../../text/numbers.ts';
import { TRAIN_DEFAULTS } from '../../train/options.ts';
import { visibleText } from '../../visible-text.ts';
import { below, sayNotes, saySkipped, withReader } from '../picture-data.ts';
import { heldOutOf, sizeOf, type TrainArguments } from './options.ts';
import type { PictureShape } from './picture-shape.ts';

/** What is trained on. */
export interface TrainingData {
  /** The last `validation` ones are held out. */
  readonly pictures: LabelledPictures;
  readonly validation: number;
  readonly outputs: number;
  /** Files of a folder that were left out. */
  readonly skipped: readonly SkippedFile[];
  /** How the pictures were brought to their size; undefined for IDX files, which tell it themselves. */
  readonly fit: Fit | undefined;
  /** A file as people have them, to try the model on. */
  readonly sample?: string;
}

type DataArguments = Pick<
  TrainArguments,
  'data' | 'output' | 'outputs' | 'labels' | 'validation' | 'size' | 'colour' | 'fit' | 'threads'
>;

/** Data of which it is known what its pictures will be like. */
export interface OpenedData {
  readonly shape: PictureShape;
  /** Reads the pictures; says on standard error what it found. */
  read(): Promise<TrainingData>;
}

/** Opens `--data`: IDX files, or a folder of pictures, of which it reads no more than some to look at. */
export async function openTrainingData(options: DataArguments): Promise<OpenedData> {
  if (await isPictureFolder(options.data)) return openFolder(options);
  const data = await readIdx(options);
  return { shape: shapeOf(data), read: async () => data };
}

/** What the pictures that were read are like. */
export function shapeOf({ pictures, outputs }: TrainingData): PictureShape {
  const { channels = 1, height, width, classes } = pictures;
  return { input: [channels, height, width], outputs, classes };
}

async function readIdx({
  data,
  outputs,
  labels,
  validation,
  size,
  colour,
  fit,
}: DataArguments): Promise<TrainingData> {
  refuseOptions(
    { size, colour: colour === 'auto' ? undefined : colour },
    `is for folders of PNG and JPEG files, and ${data} has IDX files`,
  );
  const classes = labels === undefined ? undefined : classNames(labels, outputs);
  const pictures = await loadIdxPair(data, 'train');
  const last = labelCount(pictures.labels) - 1;
  if (classes && last >= classes.length)
    throw new WjpegError(
      'misuse',
      'OPTION_VALUE',
      `--labels has ${classes.length} names, but the labels of ${data} go up to ${last}: give ${last + 1} names`,
    );
  if (classes && last < classes.length - 1)
    sayNotes([
      `--labels has ${classes.length} names, and the labels of ${visibleText(data)} go up to ${last}`,
    ]);
  const wanted = heldOutOf(validation) ?? { count: TRAIN_DEFAULTS.validation };
  return {
    pictures: { ...pictures, ...(classes && { classes }) },
    validation: 'count' in wanted ? wanted.count : Math.round(wanted.share * pictures.count),
    outputs: outputs ?? classes?.length ?? TRAIN_DEFAULTS.outputs,
    skipped: [],
    fit,
  };
}

/** The names of `--labels`: different ones, as many as `--outputs` says. */
function classNames(labels: string, outputs: number | undefined): string[] {
  const names = labels.split(',').map((name) => name.trim());
  const wrong = (what: string, expected = 'names such as cat,dog'): WjpegError =>
    new WjpegError('misuse', 'OPTION_VALUE', `--labels has ${what}, expected ${expected}`);
  if (names.includes('')) throw wrong('an empty name');
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw wrong(`'${twice}' twice`);
  if (outputs !== undefined && names.length !== outputs)
    throw wrong(`${names.length} names`, `as many as --outputs says: ${outputs}`);
  if (names.length < 2) throw wrong('one name only');
  if (names.length > MAX_CLASSES) throw wrong(`${names.length} names`, `at most ${MAX_CLASSES}`);
  return names;
}

/** Refuses options that are given and mean nothing here. */
function refuseOptions(options: Readonly<Record<string, unknown>>, why: string): void {
  const given = Object.keys(options).find((name) => options[name] !== undefined);
  if (given !== undefined) throw new WjpegError('misuse', 'OPTION_VALUE', `--${given} ${why}`);
}

async function openFolder(options: DataArguments): Promise<OpenedData> {
  const { data, outputs, labels } = options;
  refuseOptions({ outputs, labels }, 'is for IDX files: the classes of a folder are its folders');
  const folder = await listPictureFolder(data);
  const { classes, validation } = folder;
  checkOutput(options.output, data, [...classes, ...(validation ?? [])]);
  const wanted = heldOutOf(options.validation);
  if (validation && wanted)
    throw new WjpegError(
      'misuse',
      'OPTION_VALUE',
      `--validation is given, but ${data} has a folder validation: leave one out`,
    );
  checkHeldOut(data, classes, wanted);
  const split = splitFolder(folder, wanted);
  const survey = await withPercent('looking at pictures', (advance) =>
    surveyPictures(data, classes, advance),
  );
  const size = sizeOf(options.size);
  const spec = inputFor(survey, {
    ...(size && { size }),
    ...(options.colour !== 'auto' && { channels: options.colour === 'rgb' ? 3 : 1 }),
    ...(options.fit && { fit: options.fit }),
  });
  return {
    shape: {
      input: [spec.channels, spec.height, spec.width],
      outputs: classes.length,
      classes: classes.map(({ name }) => name),
    },
    read: () => readFolder(options, folder, split, survey, spec),
  };
}

async function readFolder(
  { data, threads, validation }: DataArguments,
  folder: PictureFolder,
  split: HeldOutSplit,
  survey: PictureSurvey,
  spec: ImageInputSpec,
): Promise<TrainingData> {
  const files = countFiles(split.training) + countFiles(split.heldOut);
  announce(`${data}: reading ${formatCount(files)} files`);
  const loaded = await withReader(spec, threads, (reader) =>
    withProgress('pictures', files, (advance) => loadForTraining(folder, split, spec, advance, reader)),
  );
  const { pictures, heldOut } = loaded;
  const channels = spec.channels === 3 ? 'in colour' : 'grey';
  sayNotes([
    `${visibleText(data)}: ${formatCount(pictures.count)} pictures of ${pictures.classes.length} classes (${seenSizes(survey)}), ` +
      `taken as ${spec.width}×${spec.height} ${channels}; ${formatCount(heldOut)} held out`,
    ...shareNotes(validation, split),
    ...unevenNotes(loaded),
    ...singleNotes(split),
  ]);
  const skipped = below(data, [...folder.skipped, ...loaded.skipped]);
  saySkipped(skipped);
  const sample = [...split.heldOut, ...split.training].find((part) => part.files.length > 0)?.files[0];
  return {
    pictures,
    validation: heldOut,
    outputs: pictures.classes.length,
    skipped,
    fit: spec.preprocessing.fit ?? PICTURE_DEFAULTS.preprocessing.fit,
    ...(sample !== undefined && { sample: `${data.replace(/[/\\]+$/, '')}/${sample}` }),
  };
}

/** Each class keeps a picture to learn from. */
function checkHeldOut(data: string, classes: readonly ClassFiles[], wanted: HeldOut | undefined): void {
  if (wanted === undefined || !('count' in wanted)) return;
  const all = countFiles(classes);
  const most = all - classes.length;
  if (wanted.count <= most) return;
  throw new WjpegError(
    'misuse',
    'OPTION_VALUE',
    `--validation is ${wanted.count}, but ${data} has ${all} pictures of ${classes.length} classes, each of which keeps one to learn from: at most ${most} can be held out`,
  );
}

/** The same share of each class is rarely the number that was asked for. */
function shareNotes(validation: string | undefined, { heldOut }: HeldOutSplit): string[] {
  const wanted = heldOutOf(validation);
  const count = countFiles(heldOut);
  if (wanted === undefined || !('count' in wanted) || wanted.count === count) return [];
  return [
    `--validation ${wanted.count}: ${formatCount(count)} held out, the same share of each class and at least one`,
  ];
}

/** The model must not replace a picture, nor be taken for one by the next run. */
function checkOutput(output: string, data: string, classes: readonly ClassFiles[]): void {
  const folder = dirname(resolve(output));
  const hit = classes.find(({ files }) => files.some((file) => dirname(resolve(data, file)) === folder));
  if (!hit) return;
  throw new WjpegError(
    'misuse',
    'OUTPUT_IS_INPUT',
    `${output} would lie among the pictures of class '${hit.name}': name an output file in another folder`,
  );
}

function seenSizes({ smallest, largest }: PictureSurvey): string {
  const text = ({ width, height }: PictureSurvey['largest']): string => `${width}×${height}`;
  return text(smallest) === text(largest) ? text(largest) : `${text(smallest)} to ${text(largest)}`;
}

/** Classes are uneven if the largest one has so many times the pictures of the smallest. */
const UNEVEN = 3;

function unevenNotes({ pictures, heldOut }: LoadedPictures): string[] {
  const counts = pictures.classes.map(() => 0);
  for (const label of pictures.labels.subarray(0, pictures.count - heldOut)) counts[label]++;
  const [min, max] = [Math.min(...counts), Math.max(...counts)];
  if (max < UNEVEN * min) return [];
  const name = (count: number): string => visibleText(pictures.classes[counts.indexOf(count)]);
  return [
    `classes are uneven: ${name(max)} has ${formatCount(max)} training pictures, ${name(min)} has ${formatCount(min)} (--class-weights balanced makes them count alike)`,
  ];
}

function singleNotes({ training, heldOut }: HeldOutSplit): string[] {
  if (countFiles(heldOut) === 0) return [];
  const single = training.filter(({ files }, at) => files.length === 1 && heldOut[at].files.length === 0);
  return single.map(
    ({ name }) => `class ${visibleText(name)} has a single picture: it is trained on, and none is held out`,
  );
}
