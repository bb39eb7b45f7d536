import { stat } from 'node:fs/promises';
import { naming, namingAsync, WjpegError } from '../../errors.ts';
import { networkGraph } from '../../exporters/network.ts';
import type { ImageInputSpec } from '../../format/manifest.ts';
import { readWjz } from '../../format/read.ts';
import type { Graph } from '../../graph/graph.ts';
import { ofChannel } from '../../image/normalization.ts';
import { readNetworkFile } from '../../importers/network-file.ts';
import { readFileBytes, writeFileAtomic } from '../../node/files.ts';
import { MAX_MODEL_BYTES } from '../../node/model-file.ts';
import { withProgress } from '../../terminal/progress.ts';
import { firstNames } from '../../text/names.ts';
import { restoreCheckpoint, writeCheckpoint } from '../../train/checkpoint.ts';
import type { NetDescription } from '../../train/nets/description.ts';
import type { ChannelNormalization } from '../../train/options.ts';
import { graphOfChain } from '../../train/start-graph.ts';
import type { Teacher } from '../../train/teacher.ts';
import type { Trainer } from '../../train/trainer.ts';
import { visibleText } from '../../visible-text.ts';
import { isNetworkFile } from '../inspect-network.ts';
import { readArchitecture } from '../network-options.ts';
import { printEpoch } from './output.ts';

/** Trains to the end, from the checkpoint if there is one; returns the seconds that it took. */
export async function trainShown(trainer: Trainer, checkpoint: string | undefined): Promise<number> {
  const start = performance.now();
  if (checkpoint !== undefined && (await exists(checkpoint))) {
    const bytes = await readFileBytes(checkpoint, MAX_MODEL_BYTES);
    naming(checkpoint, () => restoreCheckpoint(trainer, bytes));
    process.stderr.write(`${visibleText(checkpoint)}: going on after epoch ${trainer.epoch}\n`);
  }
  const { epochs } = trainer.options;
  while (!trainer.done) {
    const title = `epoch ${trainer.epoch + 1}/${epochs}`;
    const report = await withProgress(title, trainer.stepsPerEpoch, (advance) => trainer.runEpoch(advance));
    process.stderr.write(printEpoch(report, epochs));
    if (checkpoint !== undefined) await writeFileAtomic(checkpoint, writeCheckpoint(trainer));
  }
  return (performance.now() - start) / 1000;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Reads `--from`: a network to start from, for inputs of so many channels, rows and columns. */
export async function readStart(
  path: string,
  architecture: string | undefined,
  input: readonly number[],
): Promise<Graph> {
  const bytes = await readFileBytes(path, MAX_MODEL_BYTES);
  const described = await readArchitecture(architecture);
  return naming(path, () => {
    const { network } = readNetworkFile(bytes, { architecture: described, file: path });
    return 'nodes' in network ? network : graphOfChain(network, input);
  });
}

/** Reads `--teacher`: a model, with its own normalisation, or a network that takes pictures as the one in training does. */
export async function readTeacher(
  path: string,
  architecture: string | undefined,
  input: readonly number[],
  classes: readonly string[] | undefined,
): Promise<Teacher> {
  const bytes = await readFileBytes(path, MAX_MODEL_BYTES);
  if (isNetworkFile(bytes)) return { graph: await readStart(path, architecture, input) };
  return namingAsync(path, async () => {
    const file = await readWjz(bytes);
    const spec = file.manifest.input;
    const normalization = spec.kind === 'image' ? normalizationOf(spec, input[0]) : undefined;
    const outputs = outputsOf(file.manifest.labels, classes);
    return { graph: await networkGraph(file), normalization, outputs };
  });
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

/** A description of a network is a small file. */
const MAX_NET_BYTES = 2 ** 20;

/** Reads `--net`: a network by its name, or the description in a JSON file. */
export async function readNet(net: string | undefined): Promise<string | NetDescription | undefined> {
  if (!net?.endsWith('.json')) return net;
  const bytes = await readFileBytes(net, MAX_NET_BYTES);
  return naming(net, () => parseJson(bytes));
}

function parseJson(bytes: Uint8Array): NetDescription {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as NetDescription;
  } catch (cause) {
    throw new WjpegError('misuse', 'NET_INVALID', `not JSON: ${(cause as Error).message}`, { cause });
  }
}
