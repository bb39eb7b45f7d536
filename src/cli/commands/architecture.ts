import type { Argv } from 'yargs';
import { naming } from '../../errors.ts';
import { formatShape } from '../../graph/shape.ts';
import { importStateDict } from '../../importers/architecture/import.ts';
import { withNamesOf } from '../../importers/architecture/rename.ts';
import { printArchitecture } from '../../importers/architecture/text.ts';
import { architectureOf, ZOO } from '../../importers/architecture/zoo/index.ts';
import { namingWrongFile } from '../../importers/file-kinds.ts';
import { readFileBytes } from '../../node/files.ts';
import { MAX_MODEL_BYTES } from '../../node/model-file.ts';
import { readSafetensors } from '../../safetensors/read.ts';
import { formatTable } from '../../text/table.ts';

interface ArchitectureArguments {
  name: string | undefined;
  like: string | undefined;
}

/** `wjpeg architecture [name]`. */
export function addArchitectureCommand(parser: Argv): Argv {
  return parser.command(
    'architecture [name]',
    'Print the description of a network, for --architecture; without a name: which there are',
    (yargs: Argv) =>
      yargs
        .positional('name', { type: 'string', describe: 'Such as resnet20' })
        .options({
          like: {
            type: 'string',
            describe:
              'A safetensors file of such a network: its names of tensors are written, in their order',
          },
        })
        .example('wjpeg architecture', 'the networks that are known by name')
        .example('wjpeg architecture resnet20 > net.json', 'one of them, to be edited')
        .example(
          'wjpeg architecture lenet5-28 --like lenet.safetensors > net.json',
          'with the names that a file has',
        )
        .check(({ name, like }) => {
          if (like !== undefined && name === undefined)
            throw new Error('--like takes the names of a file: name the network too');
          return true;
        }),
    run,
  );
}

async function run({ name, like }: ArchitectureArguments): Promise<void> {
  if (name === undefined) {
    process.stdout.write(listed());
    return;
  }
  const architecture = architectureOf(name);
  if (like === undefined) {
    process.stdout.write(printArchitecture(architecture));
    return;
  }
  const bytes = await readFileBytes(like, MAX_MODEL_BYTES);
  const renamed = naming(like, () => {
    const tensors = namingWrongFile(bytes, () => readSafetensors(bytes), like);
    const result = withNamesOf(architecture, tensors);
    importStateDict(tensors, result);
    return result;
  });
  process.stdout.write(printArchitecture(renamed));
}

function listed(): string {
  const rows = Object.entries(ZOO).map(([name, { about, make }]) => {
    const { input, layers } = make();
    const weighted = layers.filter(({ type }) => type === 'conv2d' || type === 'linear');
    return [name, formatShape(input), about, `${weighted.length}`];
  });
  return `${formatTable([['name', 'input', 'network', 'layers with weights'], ...rows], 3)}\n`;
}
