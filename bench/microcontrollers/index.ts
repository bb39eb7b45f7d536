/**
 * npm run bench:c -- [MODEL…] --data DIR: models as C for microcontrollers. How many of MNIST's test pictures the integers of the C
 * answer wrong beside the backend `reference`, and how often the two answers differ; then, where compilers and simulators are
 * installed, bytes and time of the whole program on an ATmega328P (an ATmega1284P where its memory is short) at 16 MHz by simavr,
 * and instructions on a Cortex-M0 and an RV32EC by qemu. All must give the host's logits bit for bit. Prints a table.
 */
import { basename, join } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { exportC } from '../../src/exporters/c/index.ts';
import type { ImageInputSpec } from '../../src/format/manifest.ts';
import { readWjz } from '../../src/format/read.ts';
import type { LabelledPictures } from '../../src/image/labelled-pictures.ts';
import { readFileBytes } from '../../src/node/files.ts';
import { loadIdxPair } from '../../src/node/mnist.ts';
import { evaluationInputs } from '../../src/runtime/sample-inputs.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import { runProgram } from '../../src/terminal/program.ts';
import { formatTable } from '../../src/text/table.ts';
import { describeMachine } from '../machine.ts';
import { avrObstacle, CProgram, hostLogits, runAvr } from './programs.ts';
import { countInstructions, USER_MACHINES } from './user-mode.ts';

const DATA = join(import.meta.dirname, '../../data');
/** Those without convolutions: of others `reference` takes long for 10,000 pictures. */
const MODELS = ['mnist-mlp-512-trained.wjz', 'mnist-lenet-300-100-trained.wjz'];
/** Pictures that simulators run. */
const SIMULATED = 100;
/** Pictures whose instructions are counted one by one, of a layer of pictures and of convolutions. */
const COUNTED = [10, 1] as const;

await runProgram('bench:c', async () => {
  const options = await yargs(hideBin(process.argv))
    .scriptName('npm run bench:c --')
    .usage('$0 [MODEL…]')
    .options({
      data: {
        type: 'string',
        default: process.env.WJPEG_MNIST_DIR,
        demandOption: !process.env.WJPEG_MNIST_DIR,
        describe: 'Folder of MNIST; t10k is used',
      },
      limit: { type: 'number', default: 10_000, describe: 'Test pictures' },
      simulated: { type: 'number', default: SIMULATED, describe: 'Of them, on simulators' },
    })
    .strictOptions()
    .parseAsync();
  const all = await loadIdxPair(options.data as string, 't10k');
  const pictures = { ...all, count: Math.min(all.count, options.limit) };
  const models = options._.length > 0 ? options._.map(String) : MODELS.map((name) => join(DATA, name));
  const rows = [
    [
      'model',
      'C wrong',
      'reference wrong',
      'differ',
      'MCU',
      'flash',
      'memory',
      'ms',
      'max ms',
      ...USER_MACHINES.map(({ name }) => name),
    ],
  ];
  for (const model of models) rows.push(await measured(model, pictures, options.simulated));
  process.stdout.write(
    `${describeMachine()}\n${pictures.count} pictures, ${options.simulated} simulated\n${formatTable(rows)}\n`,
  );
});

async function measured(model: string, pictures: LabelledPictures, simulated: number): Promise<string[]> {
  const bytes = await readFileBytes(model, 2 ** 28);
  const file = readWjz(bytes);
  const { width, height, channels } = file.manifest.input as ImageInputSpec;
  const exported = await exportC(file);
  const program = new CProgram(exported);
  const size = width * height * channels;
  const reference = await answers(bytes, file.manifest.input as ImageInputSpec, pictures);
  const outputs = reference[0].logits.length;
  const logits = hostLogits(
    program.buildHost(),
    pictures.pictures.subarray(0, pictures.count * size),
    outputs,
  );
  const given = logits.map((values) => values.indexOf(Math.max(...values)));
  const wrong = (indices: readonly number[]): string =>
    String(indices.filter((index, i) => index !== pictures.labels[i]).length);
  const differ = given.filter((index, i) => index !== reference[i].index).length;
  const some = pictures.pictures.subarray(0, simulated * size);
  const expected = logits.slice(0, simulated);
  return [
    basename(model),
    wrong(given),
    wrong(reference.map(({ index }) => index)),
    String(differ),
    ...avrCells(
      program,
      some,
      expected,
      { rowBytes: width * channels, rows: height, outputs },
      exported.memoryBytes.avr,
    ),
    ...USER_MACHINES.map((machine) =>
      countInstructions(program, machine, some, expected, COUNTED[exported.takesBlocks ? 0 : 1]),
    ),
  ];
}

/** Answers of the backend `reference`. */
async function answers(bytes: Uint8Array, input: ImageInputSpec, pictures: LabelledPictures) {
  const session = await InferenceSession.create(bytes, { backends: ['reference'] });
  try {
    return await session.inferBatch(evaluationInputs(input, pictures.count, pictures));
  } finally {
    await session.dispose();
  }
}

function avrCells(
  program: CProgram,
  pictures: Uint8Array,
  expected: readonly Int32Array[],
  size: { readonly rowBytes: number; readonly rows: number; readonly outputs: number },
  memoryBytes: number,
): string[] {
  if (avrObstacle) return [avrObstacle, '', '', '', ''];
  const mcu = memoryBytes < 1800 ? 'atmega328p' : 'atmega1284p';
  const run = runAvr(program, pictures, size, mcu);
  requireSame(mcu, run.logits, expected);
  const ms = (cycles: number): string => (cycles / 16_000).toFixed(1);
  const mean = run.cycles.reduce((a, b) => a + b, 0) / run.cycles.length;
  return [mcu, String(run.flash), String(run.memory), ms(mean), ms(Math.max(...run.cycles))];
}

function requireSame(machine: string, given: readonly Int32Array[], expected: readonly Int32Array[]): void {
  if (
    JSON.stringify(given.map((logits) => [...logits])) !==
    JSON.stringify(expected.map((logits) => [...logits]))
  )
    throw new Error(`the logits of ${machine} are not those of the host`);
}
