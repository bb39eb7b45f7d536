import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  avrObstacle,
  hostLogits,
  isInstalled,
  runAvr,
  STRICT,
  sizes,
} from '../../../bench/microcontrollers/programs.ts';
import { readWjz, type WjzFile } from '../../../src/format/read.ts';
import { strokes, type Tried, trainedInColour, tried } from './models.ts';

const file = (name: string): WjzFile =>
  readWjz(readFileSync(join(import.meta.dirname, '../../../data', name)));
const MODELS = ['mnist-mlp-512-trained.wjz', 'mnist-lenet5-trained.jpg'] as const;

const networks = await Promise.all([...MODELS.map(file), trainedInColour()].map((model) => tried(model)));

/** Compilers with the words that choose a machine. */
const COMPILERS: readonly (readonly [compiler: string, ...words: string[]])[] = [
  ['gcc'],
  ['clang'],
  ['clang', '--target=wasm32'],
  ['avr-gcc', '-mmcu=atmega1284p'],
  ['arm-none-eabi-gcc', '-mcpu=cortex-m0', '-mthumb'],
  ['riscv64-unknown-elf-gcc', '-march=rv32e', '-mabi=ilp32e'],
  ['riscv64-unknown-elf-gcc', '-march=rv32ec', '-mabi=ilp32e'],
];

describe.each(COMPILERS.map((words) => [words.join(' '), words] as const))(
  '%s',
  (_, [compiler, ...words]) => {
    const skipped = isInstalled(compiler) ? '' : `: skipped, ${compiler} is not installed`;
    it.skipIf(skipped)(`compiles all models without warnings${skipped}`, () => {
      for (const { program } of networks) {
        program.compile(
          compiler,
          ...words,
          ...STRICT,
          '-ffreestanding',
          '-Os',
          '-c',
          program.source,
          '-o',
          program.at('model.o'),
        );
      }
    });
  },
);

/** The deepest stack of any function, by the graph of calls that gcc writes (-fcallgraph-info=su). */
function deepestStack({ program }: Tried): number {
  const [name] = readdirSync(program.folder).filter((entry) => entry.endsWith('.ci'));
  const graph = readFileSync(program.at(name), 'utf8');
  const frames = new Map(
    [...graph.matchAll(/node: \{ title: "([^"]+)" label: "[^"]*\\n(\d+) bytes/g)].map(([, title, bytes]) => [
      title,
      Number(bytes),
    ]),
  );
  const calls = [...graph.matchAll(/edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"/g)].map(
    ([, from, to]) => ({ from, to }),
  );
  const depth = (title: string): number =>
    (frames.get(title) ?? 0) +
    Math.max(0, ...calls.filter(({ from }) => from === title).map(({ to }) => depth(to)));
  return Math.max(...[...frames.keys()].map(depth));
}

const STACKS = COMPILERS.slice(4, 6).flatMap(([compiler, ...words]) =>
  ['-O0', '-Os', '-O2'].map((level) => [compiler, level, words] as const),
);

describe.each(STACKS)('%s %s', (compiler, level, words) => {
  const skipped = isInstalled(compiler) ? '' : `: skipped, ${compiler} is not installed`;
  it.skipIf(skipped)(`needs no more stack than stated${skipped}`, () => {
    for (const network of networks) {
      const { program, exported } = network;
      program.compile(
        compiler,
        ...words,
        ...STRICT,
        '-ffreestanding',
        level,
        '-fcallgraph-info=su',
        '-c',
        program.source,
        '-o',
        program.at('model.o'),
      );
      const stack = deepestStack(network);
      expect(stack).toBeGreaterThan(40);
      expect(stack).toBeLessThanOrEqual(exported.stackBytes.bits32);
    }
  });
});

describe.skipIf(avrObstacle)(`ATmega328P, simulated${avrObstacle ? `: skipped, ${avrObstacle}` : ''}`, () => {
  it('gives the logits of the host bit for bit, in the memory that was stated', () => {
    const { program, exported, input, outputs } = networks[0];
    const pictures = strokes(input, 12);
    const { logits, flash, memory, stack, cycles } = runAvr(program, pictures, {
      rowBytes: 28,
      rows: 28,
      outputs,
    });
    expect(logits).toEqual(hostLogits(program.buildHost(), pictures, outputs));
    // 28 bytes of samples and 2 of the answer are the test program's; its own call takes 2 to 4 bytes of stack.
    expect(sizes('avr-size', program.at('atmega328p.elf')).memory).toBe(exported.memoryBytes.avr + 30);
    expect(stack).toBeLessThanOrEqual(exported.stackBytes.avr + 4);
    expect(flash).toBeLessThan(5 * 1024);
    expect(memory).toBeLessThan(1280);
    expect(Math.max(...cycles)).toBeLessThan(400_000);
  });

  it('runs LeNet-5 on an ATmega1284P', () => {
    const { program, input, outputs } = networks[1];
    const pictures = strokes(input, 1);
    const run = runAvr(program, pictures, { rowBytes: 28, rows: 28, outputs }, 'atmega1284p');
    expect(run.logits).toEqual(hostLogits(program.buildHost(), pictures, outputs));
  });

  it('runs what the trainer makes of pictures in colour', () => {
    const { program, exported, input, outputs } = networks[2];
    const pictures = strokes(input, 1);
    const rowBytes = input.width * input.channels;
    const run = runAvr(program, pictures, { rowBytes, rows: input.height, outputs }, 'atmega1284p');
    expect(run.logits).toEqual(hostLogits(program.buildHost(), pictures, outputs));
    expect(sizes('avr-size', program.at('atmega1284p.elf')).memory).toBe(
      exported.memoryBytes.avr + rowBytes + 2,
    );
    expect(run.stack).toBeLessThanOrEqual(exported.stackBytes.avr + 4);
  });

  it('has tables in flash only', () => {
    const { program } = networks[0];
    program.compile(
      'avr-gcc',
      ...STRICT,
      '-mmcu=atmega328p',
      '-O2',
      '-c',
      program.source,
      '-o',
      program.at('avr.o'),
    );
    const sections = execFileSync('avr-size', ['-A', program.at('avr.o')], { encoding: 'utf8' });
    expect(Number(/^\.data\s+(\d+)/m.exec(sections)?.[1])).toBe(0);
    expect(sections).toMatch(/^\.progmem\.data\s+2\d{3}/m);
  });
});

const noWasm = ['clang', 'wasm-ld'].find((tool) => !isInstalled(tool));
describe.skipIf(noWasm)(
  `WebAssembly without a library${noWasm ? `: skipped, ${noWasm} is not installed` : ''}`,
  () => {
    it('gives the logits of the host', () => {
      const { program, input, outputs } = networks[0];
      const exports = ['begin', 'row', 'end', 'logits'].map((name) => `-Wl,--export=model_${name}`);
      const link = ['-nostdlib', '-Wl,--no-entry', '-Wl,--export=__heap_base', ...exports];
      program.compile(
        'clang',
        '--target=wasm32',
        ...STRICT,
        '-Oz',
        '-ffreestanding',
        ...link,
        '-o',
        program.at('model.wasm'),
        program.source,
      );
      const { exports: wasm } = new WebAssembly.Instance(
        new WebAssembly.Module(readFileSync(program.at('model.wasm'))),
      );
      const call = wasm as unknown as Record<string, (...words: number[]) => number>;
      const memory = (wasm.memory as WebAssembly.Memory).buffer;
      const heap = (wasm.__heap_base as WebAssembly.Global).value as number;
      const pictures = strokes(input, 3);
      const logits = Array.from({ length: 3 }, (_, picture) => {
        call.model_begin();
        for (let row = 0; row < 28; row++) {
          const start = (picture * 28 + row) * 28;
          new Uint8Array(memory, heap, 28).set(pictures.subarray(start, start + 28));
          call.model_row(heap);
        }
        call.model_end();
        return new Int32Array(memory, call.model_logits(), outputs).slice();
      });
      expect(logits).toEqual(hostLogits(program.buildHost(), pictures, outputs));
    });
  },
);
