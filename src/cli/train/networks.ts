import { naming, namingAsync, WjpegError } from '../../errors.ts';
import { networkGraph } from '../../exporters/network.ts';
import type { ImageInputSpec } from '../../format/manifest.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Shape } from '../../graph/shape.ts';
import { ofChannel } from '../../image/normalization.ts';
import { readNetworkFile } from '../../importers/network-file.ts';
import { readFileBytes } from '../../node/files.ts';
import { MAX_MODEL_BYTES } from '../../node/model-file.ts';
import { firstNames } from '../../text/names.ts';
import type { NetDescription } from '../../train/nets/description.ts';
import { type ChannelNormalization, TRAIN_DEFAULTS } from '../../train/options.ts';
import { graphOfChain, networkToTrain } from '../../train/start-graph.ts';
import { checkTeacher, planTeacher, type Teacher } from '../../train/teacher.ts';
import { isNetworkFile } from '../inspect-network.ts';
import { readArchitecture } from '../network-options.ts';
import { openModel } from '../open-model.ts';
import type { TrainArguments } from './options.ts';
import type { PictureShape } from './picture-shape.ts';
import { netFor } from './settings.ts';

/** The networks of a run. */
export interface Networks {
  readonly start: Graph | undefined;
  readonly teacher: Teacher | undefined;
}

/** What the options name, read from its files. */
export interface NetworkFiles {
  /** Of `--net`, if it is given. */
  readonly net: string | NetDescription | undefined;
  /** The networks for such pictures; what does not fit them is refused, naming the option. */
  forPictures(shape: PictureShape): Promise<Networks>;
}

type NetworkArguments = Pick<TrainArguments, 'net' | 'from' | 'teacher' | 'architecture' | 'bias'>;

/** Reads the files of `--net`, `--from` and `--teacher`. */
export async function readNetworks(options: NetworkArguments): Promise<NetworkFiles> {
  const { from, teacher: taught, architecture } = options;
  const net = await readNet(options.net);
  const startFor = from === undefined ? undefined : await readStart(from, architecture);
  const teacherFor = taught === undefined ? undefined : await readTeacher(taught, architecture);
  return {
    net,
    forPictures: async ({ input, outputs, classes }) => {
      const start = startFor?.(input);
      const teacher = await teacherFor?.(input, classes);
      const chosen = netFor(net, input[0]);
      // The default one is known by its name.
      const named = from === undefined ? `--net ${options.net ?? chosen}` : `--from ${from}`;
      const bias = options.bias ?? TRAIN_DEFAULTS.bias;
      const graph = naming(named, () => networkToTrain(start ?? { net: chosen, bias }, input, outputs));
      if (teacher)
        naming(`--teacher ${taught}`, () => checkTeacher(planTeacher(teacher, plain(input)), graph));
      return { start, teacher };
    },
  };
}

/** Reads `--from`: a network to start from, weights and all. */
async function readStart(path: string, architecture: string | undefined): Promise<(input: Shape) => Graph> {
  const bytes = await namingAsync('--from', () => readFileBytes(path, MAX_MODEL_BYTES));
  return graphFor('--from', path, bytes, architecture);
}

/** Reads `--teacher`: a model, with its own normalisation, or a network that takes pictures as the one in training does. */
export async function readTeacher(
  path: string,
  architecture: string | undefined,
): Promise<(input: Shape, classes: readonly string[] | undefined) => Promise<Teacher>> {
  const bytes = await namingAsync('--teacher', () => readFileBytes(path, MAX_MODEL_BYTES));
  if (isNetworkFile(bytes)) {
    const graphOf = await graphFor('--teacher', path, bytes, architecture);
    return async (input) => ({ graph: graphOf(input) });
  }
  const named = `--teacher ${path}`;
  const file = await openModel(path, bytes, named);
  return (input, classes) =>
    namingAsync(named, async () => {
      const spec = file.manifest.input;
      const normalization = spec.kind === 'image' ? normalizationOf(spec, input[0]) : undefined;
      const outputs = outputsOf(file.manifest.labels, classes);
      return { graph: await networkGraph(file), normalization, outputs };
    });
}

/** A network of dense weights. */
async function graphFor(
  option: string,
  path: string,
  bytes: Uint8Array,
  architecture: string | undefined,
): Promise<(input: Shape) => Graph> {
  const described = await readArchitecture(architecture);
  const { network } = naming(`${option} ${path}`, () =>
    readNetworkFile(bytes, { architecture: described, file: path }),
  );
  return (input) => ('nodes' in network ? network : graphOfChain(network, input));
}

/** The outputs of a model with labels that stand for the classes in training; undefined where both go by their numbers. */
function outputsOf(
  labels: readonly string[] | undefined,
  classes: readonly string[] | undefined,
): readonly number[] | undefined {
  if (labels === undefined || classes === undefined) return undefined;
  const outputs = classes.map((name) => labels.indexOf(name));
  const missing = outputs.indexOf(-1);
  if (missing >= 0 || labels.length !== classes.length)
    throw new WjpegError(
      'misuse',
      'TRAIN_TEACHER',
      `the teacher has the classes ${firstNames(labels)}, expected those in training: ${firstNames(classes)}`,
    );
  return outputs.every((output, index) => output === index) ? undefined : outputs;
}

/** How a model takes the samples that training has, which are light on dark if they are grey. */
function normalizationOf(spec: ImageInputSpec, channels: number): ChannelNormalization {
  const perChannel = (value: number | readonly number[]): number[] =>
    Array.from({ length: channels }, (_, channel) => ofChannel(value, channel));
  const [mean, std] = [perChannel(spec.mean), perChannel(spec.std)];
  if (channels > 1 || spec.preprocessing.background === 'dark') return { mean, std };
  // It learnt inverted samples: (1 − s − mean) ÷ std = (s − (1 − mean)) ÷ −std.
  return { mean: mean.map((value) => 1 - value), std: std.map((value) => -value) };
}

/** Samples as they are: what fits does not depend on them. */
function plain([channels]: Shape): ChannelNormalization {
  return { mean: new Array(channels).fill(0), std: new Array(channels).fill(1) };
}

/** A description of a network is a small file. */
const MAX_NET_BYTES = 2 ** 20;

/** Reads `--net`: a network by its name, or the description in a JSON file. */
async function readNet(net: string | undefined): Promise<string | NetDescription | undefined> {
  if (!net?.endsWith('.json')) return net;
  const bytes = await namingAsync('--net', () => readFileBytes(net, MAX_NET_BYTES));
  return naming(`--net ${net}`, () => parseJson(bytes));
}

function parseJson(bytes: Uint8Array): NetDescription {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as NetDescription;
  } catch (cause) {
    throw new WjpegError('misuse', 'NET_INVALID', `not JSON: ${(cause as Error).message}`, { cause });
  }
}
