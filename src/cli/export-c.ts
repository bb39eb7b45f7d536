import { basename, extname } from 'node:path';
import { namingAsync } from '../errors.ts';
import { type ExportedC, exportC } from '../exporters/c/index.ts';
import { readFileBytes, writeFilesAtomic } from '../node/files.ts';
import { MAX_MODEL_BYTES } from '../node/model-file.ts';
import { checkOutputs } from '../node/output-files.ts';
import { formatTable } from '../text/table.ts';
import { visibleJson, visibleText } from '../visible-text.ts';
import { openModel } from './open-model.ts';

/** What `wjpeg export … -o model.c` takes. */
export interface ExportCCall {
  readonly model: string;
  /** Ends in `.c`; the header lies beside it. */
  readonly output: string;
  readonly float: boolean;
  readonly json: boolean;
}

/** Writes a model as C and a header, and prints what memory it takes. */
export async function runExportC({ model, output, float, json }: ExportCCall): Promise<void> {
  const header = `${output.slice(0, -extname(output).length)}.h`;
  await checkOutputs([output, header], [model]);
  const bytes = await readFileBytes(model, MAX_MODEL_BYTES);
  const file = await openModel(model, bytes);
  const name = basename(output, '.c');
  const exported = await namingAsync(model, () => exportC(file, { name, float }));
  const encoder = new TextEncoder();
  await writeFilesAtomic([
    [output, encoder.encode(exported.source)],
    [header, encoder.encode(exported.header)],
  ]);
  process.stdout.write(
    json ? `${visibleJson(exportCJson(output, header, exported), 2)}\n` : printed(output, header, exported),
  );
}

/** AVRs by their memory, the smallest first. */
const AVRS = [
  { mcu: 'atmega328p', bytes: 2048 },
  { mcu: 'atmega1284p', bytes: 16_384 },
];

/** A compiler that the memory leads to. */
function compilerFor({ memoryBytes, stackBytes }: ExportedC): string {
  const avr = AVRS.find(({ bytes }) => memoryBytes.avr + stackBytes.avr <= bytes);
  return avr ? `avr-gcc -std=c99 -O2 -mmcu=${avr.mcu}` : 'arm-none-eabi-gcc -std=c99 -O2 -mcpu=cortex-m0';
}

function exportCJson(
  output: string,
  header: string,
  { prefix, tableBytes, memoryBytes, stackBytes, takesBlocks }: ExportedC,
): object {
  return { output, header, format: 'c', prefix, tableBytes, memoryBytes, stackBytes, takesBlocks };
}

function printed(output: string, header: string, exported: ExportedC): string {
  const { prefix, tableBytes, memoryBytes, stackBytes, takesBlocks } = exported;
  const pictures = takesBlocks ? `${prefix}_row or ${prefix}_block` : `${prefix}_row`;
  const rows = [
    ['bytes', 'AVR', '32-bit'],
    ['tables in flash', tableBytes, tableBytes],
    ['static memory', memoryBytes.avr, memoryBytes.bits32],
    ['stack, at most', stackBytes.avr, stackBytes.bits32],
  ].map((row) => row.map(String));
  const lines = [
    `${output}, ${header}: ${prefix}_begin, ${pictures}, ${prefix}_end`,
    ...formatTable(rows).split('\n'),
    `next: ${compilerFor(exported)} -c ${output}, or any other C compiler (docs/microcontrollers.md)`,
  ];
  return lines
    .filter((line) => line !== '')
    .map((line) => `${visibleText(line)}\n`)
    .join('');
}
