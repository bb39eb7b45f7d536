import { cpus } from 'node:os';
import { basename, resolve } from 'node:path';
import type { Argv } from 'yargs';
import { naming, namingAsync } from '../../errors.ts';
import type { WjzFile } from '../../format/read.ts';
import type { LabelledPictures } from '../../image/labelled-pictures.ts';
import { readFileBytes, writeFileAtomic } from '../../node/files.ts';
import { MAX_MODEL_BYTES } from '../../node/model-file.ts';
import { checkOutputs } from '../../node/output-files.ts';
import type { SkippedFile } from '../../node/picture-folder/skipped.ts';
import { type Answers, checkData, classify } from '../../report/classify.ts';
import type { LayerData, MapsData, PathCost, ReportData } from '../../report/data.ts';
import { evaluationData } from '../../report/evaluation.ts';
import { kernelData, mapsData } from '../../report/kernel-data.ts';
import { layerData, modelData } from '../../report/model-data.ts';
import { type OriginalLayers, readOriginal } from '../../report/original.ts';
import { renderReport } from '../../report/page.ts';
import { BATCH } from '../../runtime/evaluate.ts';
import type { DenseSource } from '../../runtime/load-network.ts';
import type { Path } from '../../runtime/path.ts';
import { InferenceSession } from '../../runtime/session.ts';
import { storedLayers } from '../../runtime/stored-layers.ts';
import { checkWhole } from '../../terminal/option-values.ts';
import { withProgress } from '../../terminal/progress.ts';
import { formatBytes } from '../../text/numbers.ts';
import { visibleJson, visibleText } from '../../visible-text.ts';
import type { LinearNode } from '../../weights/network.ts';
import { type Cost, measureSessions } from '../measure.ts';
import { denseArchitectureOption, readDenseSource } from '../network-options.ts';
import { openModel } from '../open-model.ts';
import { type BackendChoice, backendOption, denseOption, jsonOption, preference } from '../options.ts';
import { checkEnding } from '../output-name.ts';
import { loadTestData, TEST_DATA } from '../picture-data.ts';

interface ReportArguments {
  model: string;
  output: string | undefined;
  dense: string | undefined;
  architecture: string | undefined;
  data: string | undefined;
  limit: number | undefined;
  backend: BackendChoice;
  repeats: number;
  json: boolean;
}

/** What is read before anything is measured. */
interface Inputs {
  readonly file: WjzFile;
  readonly bytes: number;
  readonly dense: DenseSource;
  readonly data: LabelledPictures | undefined;
  /** Files of the data that were left out. */
  readonly skipped: readonly SkippedFile[];
  /** How many pictures are run. */
  readonly images: number;
}

/** `wjpeg report model.wjz -o report.html`. */
export function addReportCommand(parser: Argv): Argv {
  return parser.command(
    'report <model>',
    'Write an HTML report: accuracy beside the original, mistakes, layers, costs',
    (yargs: Argv) =>
      yargs
        .positional('model', { type: 'string', demandOption: true, describe: 'A model, .wjz or .jpg' })
        .options({
          output: { alias: 'o', type: 'string', describe: 'The HTML file to write' },
          dense: {
            ...denseOption,
            describe: `${denseOption.describe}: accuracy, mistakes and weights before and after`,
          },
          architecture: denseArchitectureOption,
          data: {
            type: 'string',
            describe: TEST_DATA,
          },
          limit: { type: 'number', describe: 'Only the first N pictures' },
          backend: backendOption,
          repeats: { type: 'number', default: 101, describe: 'Timed runs; the median is reported' },
          json: { ...jsonOption, describe: 'Print what the page says as JSON' },
        })
        .example('wjpeg report model.wjz -o report.html', 'layers, sheets, costs')
        .example(
          'wjpeg report model.wjz -o report.html --dense model.safetensors --data data/mnist',
          'beside the original: accuracy, mistakes, weights',
        )
        .check(({ output, json, limit, repeats, data }) => {
          if (output === undefined && !json) throw new Error('nothing to do: name a page with -o, or --json');
          if (limit !== undefined) checkWhole('limit', limit, 1);
          if (limit !== undefined && data === undefined)
            throw new Error('--limit counts pictures: name them with --data');
          checkWhole('repeats', repeats, 1, 1e6);
          checkEnding('output', output, ['.html', '.htm']);
          return true;
        }),
    run,
  );
}

async function run(options: ReportArguments): Promise<void> {
  const { output } = options;
  await checkOutputs([output], [options.model, options.dense, options.data]);
  const inputs = await readInputs(options);
  const data = await collect(options, inputs);
  if (output !== undefined) {
    const page = new TextEncoder().encode(renderReport(data));
    await writeFileAtomic(output, page);
    if (!options.json) process.stdout.write(`${visibleText(output)}: ${formatBytes(page.length)}\n`);
  }
  if (options.json) process.stdout.write(`${visibleJson({ ...data, skipped: inputs.skipped }, 2)}\n`);
}

async function readInputs(options: ReportArguments): Promise<Inputs> {
  const bytes = await readFileBytes(options.model, MAX_MODEL_BYTES);
  const file = await openModel(options.model, bytes);
  const dense = await readDenseSource(options);
  const skipped: SkippedFile[] = [];
  const data =
    options.data === undefined ? undefined : await loadTestData(options.data, file.manifest, skipped);
  const images = data ? Math.min(options.limit ?? data.count, data.count) : 0;
  return { file, bytes: bytes.length, dense, data, skipped, images };
}

async function collect(options: ReportArguments, inputs: Inputs): Promise<ReportData> {
  const { file, bytes, dense } = inputs;
  const nodes = naming(options.model, () => storedLayers(file));
  const original = dense.dense && naming(options.dense as string, () => readOriginal(dense, file, nodes));

  const { costs, answers, originalAnswers, outFeatures, maps } = await measurePaths(options, inputs);
  const layers = await drawLayers(options.model, file, nodes, original);
  // The folders of this machine say nothing to a reader.
  const names = {
    file: basename(options.model),
    ...(options.dense !== undefined && { dense: basename(options.dense) }),
  };
  const model = modelData(file, bytes, layers, names, outFeatures);
  return {
    model,
    layers,
    kernels: kernelData(file, original),
    ...(maps && { maps }),
    costs: {
      machine: describeMachine(),
      input: inputs.data ? 'picture' : 'noise',
      repeats: options.repeats,
      batch: BATCH,
      paths: costs,
    },
    ...(inputs.data &&
      answers && {
        evaluation: evaluationData(
          basename(resolve(options.data as string)),
          inputs.data,
          answers,
          model.labels,
          originalAnswers,
        ),
      }),
  };
}

function drawLayers(
  name: string,
  file: WjzFile,
  nodes: readonly LinearNode[],
  original: OriginalLayers | undefined,
): Promise<LayerData[]> {
  return withProgress('pictures of layers', nodes.length, (advance) =>
    naming(name, () => layerData(file, nodes, original, advance)),
  );
}

/** Memory, time and answers of each path, the `coefficient` path first; answers returned are of that one and of `dense`. */
async function measurePaths(
  options: ReportArguments,
  { file, dense, data, images }: Inputs,
): Promise<{
  costs: PathCost[];
  answers: Answers | undefined;
  originalAnswers: Answers | undefined;
  outFeatures: number;
  maps: MapsData | undefined;
}> {
  const paths: Path[] = ['coefficient', 'expanded', ...(dense.dense ? (['dense'] as const) : [])];
  const backends = await preference(options.backend);
  const sessions: InferenceSession[] = [];
  const costs: PathCost[] = [];
  let first: Answers | undefined;
  let originalAnswers: Answers | undefined;
  try {
    for (const path of paths) {
      const name = path === 'dense' ? (options.dense as string) : options.model;
      const opened = () => InferenceSession.fromFile(file, { path, backends, ...dense });
      const session = await namingAsync(name, opened);
      sessions.push(session);
      if (data) naming(options.data as string, () => checkData(session, data, images));
    }
    const measured = await measureSessions(sessions, data, options);
    for (const [index, session] of sessions.entries()) {
      const answers = data && (await answersOf(session, options.data as string, data, images));
      first ??= answers;
      if (session.path === 'dense') originalAnswers = answers;
      costs.push(pathCost(session, measured[index], answers, first));
    }
    const maps = data && (await mapsData(sessions[0], data));
    return { costs, answers: first, originalAnswers, outFeatures: sessions[0].outFeatures, maps };
  } finally {
    for (const session of sessions) session.dispose();
  }
}

function answersOf(
  session: InferenceSession,
  folder: string,
  data: LabelledPictures,
  images: number,
): Promise<Answers> {
  return withProgress(session.path, images, (advance) =>
    namingAsync(folder, () => classify(session, data, images, advance)),
  );
}

function pathCost(
  { path, backend }: InferenceSession,
  { residentBytes, peakBytes, microseconds, batchMicroseconds }: Cost,
  answers: Answers | undefined,
  first: Answers | undefined,
): PathCost {
  return {
    path,
    backend,
    residentBytes,
    peakBytes,
    microseconds,
    batchMicroseconds,
    ...(answers && first && { correct: answers.correct, sameAnswer: countSame(answers, first) }),
  };
}

function countSame(answers: Answers, others: Answers): number {
  return answers.answer.reduce((same, answer, i) => same + Number(answer === others.answer[i]), 0);
}

/** The machine in one line. */
function describeMachine(): string {
  const processors = cpus();
  return `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown processor'}, ${process.platform} ${process.arch}, Node ${process.version}`;
}
