/**
 * npm run bench:networks -- model.onnx --data DIR: bytes against accuracy of a network that somebody trained, stored by
 * `compressGraph` at several errors, beside the same weights as integers of 8 and 4 bits per channel, deflated. Nothing is trained.
 * Prints a table.
 */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { compressGraph, prepareGraph } from '../../src/compress/graph/compress-graph.ts';
import { type ImageInputSpec, inputOf } from '../../src/format/manifest.ts';
import { writeWjz } from '../../src/format/write.ts';
import { importOnnx } from '../../src/importers/onnx/index.ts';
import { loadIdxPair } from '../../src/node/mnist.ts';
import { loadCalibration } from '../../src/node/training-pictures.ts';
import { evaluate } from '../../src/runtime/evaluate.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import { runProgram } from '../../src/terminal/program.ts';
import { formatTable } from '../../src/text/table.ts';
import { describeMachine } from '../machine.ts';
import { accuracyOf } from './accuracy.ts';
import { asIntegers } from './integers.ts';

const ERRORS = [0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4];

await runProgram('bench:networks', async () => {
  const options = await yargs(hideBin(process.argv))
    .scriptName('npm run bench:networks --')
    .usage('$0 model.onnx --data DIR')
    .demandCommand(1, 1)
    .options({
      data: { type: 'string', demandOption: true, describe: 'Folder of IDX files; t10k measures' },
      calibrate: { type: 'number', default: 0, describe: 'Training pictures of --data to calibrate on' },
      range: { type: 'number', choices: [1, 255], default: 1, describe: 'White of the network’s inputs' },
      mean: { type: 'number', array: true, default: [0], describe: 'Mean per channel, in units of --range' },
      std: { type: 'number', array: true, default: [1], describe: 'Deviation per channel, likewise' },
      limit: { type: 'number', default: 10_000, describe: 'Test pictures' },
      'max-errors': { type: 'number', array: true, default: ERRORS, describe: 'Points of the curve' },
    })
    .strictOptions()
    .parseAsync();
  const model = String(options._[0]);
  const { graph } = importOnnx(await readFile(model), { channelsFirst: true });
  const prepared = prepareGraph(graph);
  const [channels, height, width] = prepared.inputs[0].shape;
  const normal = (values: number[]) => values.map((value) => value / options.range);
  const input = inputOf({
    kind: 'image',
    width,
    height,
    channels: channels as 1 | 3,
    mean: normal(options.mean.length === 1 ? Array(channels).fill(options.mean[0]) : options.mean),
    std: normal(options.std.length === 1 ? Array(channels).fill(options.std[0]) : options.std),
  }) as ImageInputSpec;
  const all = await loadIdxPair(options.data, 't10k');
  const pictures = { ...all, count: Math.min(all.count, options.limit) };
  const calibration =
    options.calibrate > 0 ? await loadCalibration(options.data, { input }, options.calibrate) : undefined;

  const rows = [['stored as', 'bytes', 'accuracy']];
  const add = (name: string, bytes: number | undefined, accuracy: number): void => {
    rows.push([name, bytes?.toLocaleString('en') ?? '', `${(100 * accuracy).toFixed(2)}%`]);
  };
  add('float32', undefined, await accuracyOf(prepared, input, pictures));
  for (const bits of [8, 4] as const) {
    const integers = asIntegers(prepared, bits);
    add(
      `int${bits} per channel, deflated`,
      integers.bytes,
      await accuracyOf(integers.graph, input, pictures),
    );
  }
  for (const maxError of options.maxErrors) {
    const { content } = await compressGraph(graph, {
      input,
      maxError,
      entropy: 'arithmetic',
      ...(calibration && { calibration }),
    });
    const file = writeWjz(content);
    const session = await InferenceSession.create(file, { backend: 'wasm' });
    const { correct } = await evaluate(session, pictures, pictures.count);
    session.dispose();
    add(`.wjz, error ${maxError}`, file.length, correct / pictures.count);
  }
  const what = calibration ? `calibrated on ${options.calibrate} training pictures` : 'no data';
  process.stdout.write(
    `${describeMachine()}\n${basename(model)}, ${what}, ${pictures.count} test pictures\n\n${formatTable(rows)}\n`,
  );
});
