import { extname } from 'node:path';
import type { Argv } from 'yargs';
import { naming, namingAsync } from '../../errors.ts';
import { exportOnnx } from '../../exporters/onnx/index.ts';
import { exportSafetensors } from '../../exporters/safetensors/index.ts';
import { readWjz } from '../../format/read.ts';
import { readFileBytes, writeFileAtomic } from '../../node/files.ts';
import { MAX_MODEL_BYTES } from '../../node/model-file.ts';
import { checkOutputs } from '../../node/output-files.ts';
import { withPercent } from '../../terminal/progress.ts';
import { visibleJson } from '../../visible-text.ts';
import { type Exported, exportJson, printExport } from '../export-output.ts';
import { jsonOption } from '../options.ts';

interface ExportArguments {
  model: string;
  output: string;
  type: 'float32' | 'float16';
  coefficients: boolean;
  json: boolean;
}

const ENDS = ['.onnx', '.safetensors'];

/** `wjpeg export model.wjz -o model.onnx|model.safetensors`. */
export function addExportCommand(parser: Argv): Argv {
  return parser.command(
    'export <model>',
    'Write a model for other engines: ONNX, or safetensors with PyTorch names',
    (yargs: Argv) =>
      yargs
        .positional('model', { type: 'string', demandOption: true, describe: 'A model, .wjz or .jpg' })
        .options({
          output: {
            alias: 'o',
            type: 'string',
            demandOption: true,
            describe: 'The file to write: .onnx or .safetensors',
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
          json: jsonOption,
        })
        .example('wjpeg export model.wjz -o model.onnx', 'for onnxruntime and other engines')
        .example('wjpeg export model.wjz -o model.onnx --coefficients', 'the same as a small file')
        .example('wjpeg export model.wjz -o model.safetensors', 'for torch.load_state_dict')
        .check(({ output, coefficients }) => check(output, coefficients)),
    run,
  );
}

function check(output: string, coefficients: boolean): true {
  if (!ENDS.includes(extname(output)))
    throw new Error(`--output is '${output}', expected a name that ends in ${ENDS.join(' or ')}`);
  if (coefficients && extname(output) !== '.onnx')
    throw new Error('--coefficients is for ONNX: name an output that ends in .onnx');
  return true;
}

async function run(options: ExportArguments): Promise<void> {
  const { model, output, type, json } = options;
  await checkOutputs([output], [model]);
  const bytes = await readFileBytes(model, MAX_MODEL_BYTES);
  const file = naming(model, () => readWjz(bytes));
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
