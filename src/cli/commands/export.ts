import { basename, extname } from 'node:path';
import type { Argv } from 'yargs';
import { namingAsync } from '../../errors.ts';
import { exportOnnx } from '../../exporters/onnx/index.ts';
import { exportSafetensors } from '../../exporters/safetensors/index.ts';
import { readFileBytes, writeFileAtomic } from '../../node/files.ts';
import { MAX_MODEL_BYTES } from '../../node/model-file.ts';
import { checkOutputs } from '../../node/output-files.ts';
import { withPercent } from '../../terminal/progress.ts';
import { visibleJson } from '../../visible-text.ts';
import { type Exported, exportJson, printExport } from '../export-output.ts';
import { openModel } from '../open-model.ts';
import { jsonOption } from '../options.ts';

interface ExportArguments {
  model: string;
  output: string;
  type: 'float32' | 'float16';
  coefficients: boolean;
  float: boolean;
  json: boolean;
}

/** Names of functions come from that of the file. */
const C_NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,99}\.c$/;

const ENDS = ['.onnx', '.safetensors', '.c'];

/** `wjpeg export model.wjz -o model.onnx|model.safetensors|model.c`. */
export function addExportCommand(parser: Argv): Argv {
  return parser.command(
    'export <model>',
    'Write a model for other engines: ONNX, safetensors with PyTorch names, or C for microcontrollers',
    (yargs: Argv) =>
      yargs
        .positional('model', { type: 'string', demandOption: true, describe: 'A model, .wjz or .jpg' })
        .options({
          output: {
            alias: 'o',
            type: 'string',
            demandOption: true,
            describe: 'The file to write: .onnx, .safetensors or .c (with a .h beside it)',
          },
          type: {
            choices: ['float32', 'float16'] as const,
            default: 'float32' as const,
            describe: 'Type of weights in the file; networks compute in float32 all the same',
          },
          coefficients: {
            type: 'boolean',
            default: false,
            describe:
              'ONNX: keep quantised coefficients, with the inverse DCT in the graph, where that is smaller',
          },
          float: {
            type: 'boolean',
            default: false,
            describe: 'C: a function that gives logits as float, too; without it the program has no float',
          },
          json: jsonOption,
        })
        .example('wjpeg export model.wjz -o model.onnx', 'for onnxruntime and other engines')
        .example('wjpeg export model.wjz -o model.onnx --coefficients', 'the same as a small file')
        .example('wjpeg export model.wjz -o model.safetensors', 'for torch.load_state_dict')
        .example('wjpeg export model.jpg -o model.c', 'for microcontrollers; says what memory it takes')
        .check(check),
    run,
  );
}

function check({
  output,
  coefficients,
  float,
  type,
}: Pick<ExportArguments, 'output' | 'coefficients' | 'float' | 'type'>): true {
  const end = extname(output);
  if (!ENDS.includes(end))
    throw new Error(
      `--output is '${output}', expected a name that ends in ${ENDS.slice(0, -1).join(', ')} or ${ENDS.at(-1)}`,
    );
  if (coefficients && end !== '.onnx')
    throw new Error('--coefficients is for ONNX: name an output that ends in .onnx');
  if (end === '.c' && !C_NAME.test(basename(output)))
    throw new Error(
      `--output is '${output}', expected a name of letters, digits, _, - and . that begins with a letter`,
    );
  if (float && end !== '.c') throw new Error('--float is for C: name an output that ends in .c');
  if (type !== 'float32' && end === '.c')
    throw new Error('--type is for ONNX and safetensors: C has integers, chosen from the weights');
  return true;
}

async function run(options: ExportArguments): Promise<void> {
  const { model, output, type, json } = options;
  if (extname(output) === '.c') {
    const { runExportC } = await import('../export-c.ts');
    return runExportC(options);
  }
  await checkOutputs([output], [model]);
  const bytes = await readFileBytes(model, MAX_MODEL_BYTES);
  const file = await openModel(model, bytes);
  const exported = await namingAsync(model, () =>
    withPercent('export', async (onProgress): Promise<Exported> => {
      if (extname(output) === '.safetensors')
        return { bytes: await exportSafetensors(file, { type, onProgress }) };
      return exportOnnx(file, { type, coefficients: options.coefficients, onProgress });
    }),
  );
  await writeFileAtomic(output, exported.bytes);
  const original = { bytes: bytes.length, input: file.manifest.input };
  process.stdout.write(
    json
      ? `${visibleJson(exportJson(options, original, exported), 2)}\n`
      : printExport(options, original, exported),
  );
}
