import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExportedC } from '../../src/exporters/c/index.ts';

/** What a C program must compile with. */
export const STRICT: readonly string[] = [
  '-std=c99',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-pedantic',
  '-Wconversion',
];

/** Whether a program is installed. */
export function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
}

/** A model's C in a folder of its own; its name must be `model`. */
export class CProgram {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'wjpeg-c-'));
  readonly source: string = join(this.folder, 'model.c');

  constructor({ source, header }: Pick<ExportedC, 'source' | 'header'>) {
    writeFileSync(this.source, source);
    writeFileSync(join(this.folder, 'model.h'), header);
  }

  /** Runs a compiler; throws what it says. */
  compile(compiler: string, ...words: readonly string[]): void {
    const { status, stderr, error } = spawnSync(compiler, [...words, `-I${this.folder}`], {
      encoding: 'utf8',
    });
    if (error || status !== 0) throw error ?? new Error(`${compiler} ${words.join(' ')}\n${stderr}`);
  }

  at(name: string): string {
    return join(this.folder, name);
  }

  /** The program of host.c. */
  buildHost(name = 'host', ...flags: readonly string[]): string {
    const output = this.at(name);
    const driver = join(import.meta.dirname, 'host.c');
    this.compile('gcc', ...STRICT, '-O2', ...flags, '-o', output, driver, this.source);
    return output;
  }
}

/** Logits of pictures, as a program of host.c gives them, one array per picture. */
export function hostLogits(program: string, input: Uint8Array, outputs: number): Int32Array[] {
  const bytes = execFileSync(program, { input, maxBuffer: 2 ** 28, stdio: ['pipe', 'pipe', 'pipe'] });
  const all = new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  return Array.from({ length: all.length / outputs }, (_, i) => all.slice(i * outputs, (i + 1) * outputs));
}

/** Bytes of the sections of an object or a program. */
export function sizes(tool: string, file: string): { readonly flash: number; readonly memory: number } {
  const [text, data, bss] = execFileSync(tool, [file], { encoding: 'utf8' })
    .split('\n')[1]
    .trim()
    .split(/\s+/)
    .map(Number);
  return { flash: text + data, memory: data + bss };
}

/** What a run on a simulated AVR showed. */
export interface AvrRun {
  readonly logits: readonly Int32Array[];
  /** Cycles of each picture, from begin to end. */
  readonly cycles: readonly number[];
  /** Of the whole program, with start-up code and interrupt vectors. */
  readonly flash: number;
  /** Variables, those of the test program included, and the stack that was used. */
  readonly memory: number;
  readonly stack: number;
}

/** Why AVR programs cannot run here, if so. */
export const avrObstacle: string | undefined = !isInstalled('avr-gcc')
  ? 'avr-gcc is not installed'
  : spawnSync('gcc', ['-E', '-'], { input: '#include <simavr/sim_avr.h>\n' }).status !== 0
    ? 'libsimavr-dev is not installed'
    : undefined;

/** Runs a model on a simulated AVR (simavr) over pictures of 8-bit samples. */
export function runAvr(
  program: CProgram,
  pictures: Uint8Array,
  size: { readonly rowBytes: number; readonly rows: number; readonly outputs: number },
  mcu = 'atmega328p',
  optimisation = '-O2',
): AvrRun {
  const folder = join(import.meta.dirname, 'avr');
  const runner = program.at('runner');
  program.compile('gcc', '-O2', '-o', runner, join(folder, 'runner.c'), '-lsimavr');
  const elf = program.at(`${mcu}.elf`);
  const link = ['-ffunction-sections', '-fdata-sections', '-Wl,--gc-sections', '-mrelax'];
  program.compile(
    'avr-gcc',
    ...STRICT,
    `-mmcu=${mcu}`,
    optimisation,
    ...link,
    '-o',
    elf,
    join(folder, 'firmware.c'),
    program.source,
  );
  const symbols = new Map(
    execFileSync('avr-nm', [elf], { encoding: 'utf8' })
      .split('\n')
      .map((line) => line.split(' '))
      .map(([address, , name]) => [name, address]),
  );
  const address = (name: string): string => symbols.get(name) as string;
  writeFileSync(program.at('pictures'), pictures);
  const count = pictures.length / (size.rowBytes * size.rows);
  const words = [
    mcu,
    elf,
    address('samples'),
    address('logits'),
    size.outputs,
    size.rowBytes,
    program.at('pictures'),
    count,
  ];
  const output = execFileSync(runner, words.map(String), {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = output.split('\n').map((line) => line.split(' '));
  const answers = lines.filter(([word]) => word === 'picture');
  const [, untouched, , ram] = (lines.find(([word]) => word === 'untouched') as string[]).map(Number);
  const { flash, memory } = sizes('avr-size', elf);
  return {
    cycles: answers.map(([, cycles]) => Number(cycles)),
    logits: answers.map(([, , ...logits]) => Int32Array.from(logits, Number)),
    flash,
    memory: ram - untouched,
    stack: ram - untouched - memory,
  };
}

/** The unit of logits that a header states. */
export function logitUnit(header: string): number {
  return Number(/LOGIT_UNIT (\S+)/.exec(header)?.[1]);
}
