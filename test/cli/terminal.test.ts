import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fromFloat32 } from '../../src/safetensors/from-float32.ts';
import { writeSafetensors } from '../../src/safetensors/write.ts';
import { squares, trainedFile, writeIdx } from '../bench/synthetic-mnist.ts';
import { randomNetwork } from '../compress/networks.ts';
import { barStates, hasPseudoTerminal, leftModes, runOnTerminal, withoutColors } from './pseudo-terminal.ts';

const SIGINT = 2;
const CTRL_C = '\x03';

const folder = mkdtempSync(join(tmpdir(), 'wjpeg-terminal-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const PICTURES = join(import.meta.dirname, '..', '..', 'data', 'pictures');
const picture = join(PICTURES, 'digit-7.png');

/** A state_dict of a network with random weights. */
function denseFile(sizes: readonly number[]): Uint8Array {
  const tensors = randomNetwork([...sizes]).layers.flatMap((layer) =>
    layer.type === 'linear'
      ? [
          [
            `${layer.name}.weight`,
            fromFloat32(layer.weights, [layer.outFeatures, layer.inFeatures], 'F32'),
          ] as const,
        ]
      : [],
  );
  return writeSafetensors(new Map(tensors));
}

const [dense, model, data] = [at('dense.safetensors'), at('model.wjz'), at('data')];
if (hasPseudoTerminal) {
  mkdirSync(data);
  // Calibration and targets of accuracy leave the last 5,000 out.
  writeIdx(data, 'train', squares(5050, 1));
  writeIdx(data, 't10k', squares(60, 2));
  writeFileSync(dense, denseFile([784, 24, 10]));
  writeFileSync(model, trainedFile([12]));
}

const small = ['--net', 'mlp:8', '--epochs', '2', '--validation', '50', '--batch', '500'];
/** Every command, and each kind of work that shows progress. */
const COMMANDS: readonly (readonly [name: string, words: readonly string[]])[] = [
  ['help without words', []],
  ['help of a command', ['compress', '--help']],
  ['infer', ['infer', model, picture]],
  ['infer without words', ['infer']],
  ['infer, a folder', ['infer', model, PICTURES]],
  ['infer --json', ['infer', model, picture, '--json']],
  ['score', ['score', model, PICTURES, '-o', at('a.ndjson'), '--workers', '1']],
  ['score --resume', ['score', model, PICTURES, '-o', at('a.ndjson'), '--resume', '--workers', '1']],
  ['compress', ['compress', dense, '-o', at('a.wjz'), '--input', '28x28', '--quality', '50']],
  ['compress, a bound', ['compress', dense, '-o', at('g.wjz'), '--input', '28x28']],
  [
    'compress --validation',
    ['compress', dense, '-o', at('h.wjz'), '--input', '28x28', '--quality', '50', '--validation', data],
  ],
  [
    'compress --calibrate',
    [
      'compress',
      dense,
      '-o',
      at('b.wjz'),
      '--input',
      '28x28',
      '--calibrate',
      data,
      '--calibration-images',
      '50',
    ],
  ],
  [
    'compress --target-bytes',
    ['compress', dense, '-o', at('c.wjz'), '--input', '28x28', '--target-bytes', '9000'],
  ],
  [
    'compress --target-accuracy-drop',
    ['compress', dense, '-o', at('d.wjz'), '--input', '28x28', '--data', data, '--target-accuracy-drop', '2'],
  ],
  ['export', ['export', model, '-o', at('a.onnx')]],
  ['export of safetensors', ['export', model, '-o', at('a.safetensors')]],
  ['train', ['train', '--data', data, '-o', at('e.wjz'), ...small]],
  ['inspect', ['inspect', model]],
  ['eval', ['eval', model, '--data', data, '--backend', 'reference']],
  ['verify', ['verify', model, '--backend', 'reference']],
  ['verify --data', ['verify', model, '--data', data, '--backend', 'reference']],
  ['report', ['report', model, '-o', at('a.html'), '--repeats', '3', '--backend', 'reference']],
  [
    'report --data',
    ['report', model, '-o', at('b.html'), '--data', data, '--repeats', '3', '--backend', 'reference'],
  ],
];

/** Commands that draw a bar, one for each kind of work: they run on a narrow terminal, where it must fit. */
const BARS = ['compress --calibrate', 'compress --target-accuracy-drop', 'train', 'eval', 'score --resume'];
const NARROW = 20;

describe.skipIf(!hasPseudoTerminal)('every command on a terminal', () => {
  it.each(COMMANDS)('%s', async (name, words) => {
    const isBar = BARS.includes(name);
    const { code, output, modesRestored } = await runOnTerminal(
      'wjpeg',
      words,
      isBar ? { columns: NARROW } : {},
    );
    expect({ code, left: leftModes(output), modesRestored }, output).toEqual({
      code: 0,
      left: [],
      modesRestored: true,
    });
    expect(output).not.toMatch(/unexpected error|\bat .*\.js:\d+|undefined|NaN/);
    expect(output).not.toBe('');
    if (!isBar) return;
    const states = barStates(output);
    expect(states.length, output).toBeGreaterThan(0);
    for (const state of states) expect(state.length, state).toBeLessThan(NARROW);
  });

  it('wjpeg-infer', async () => {
    const { code, output } = await runOnTerminal('wjpeg-infer', [model, picture, picture]);
    expect({ code, left: leftModes(output) }, output).toEqual({ code: 0, left: [] });
  });

  it('writes no control sequence to a dumb terminal', async () => {
    const words = ['train', '--data', data, '-o', at('e.wjz'), ...small];
    const { code, output } = await runOnTerminal('wjpeg', words, { environment: { TERM: 'dumb' } });
    expect(code, output).toBe(0);
    expect(output).toContain('epoch');
    expect(output).not.toContain('\x1b');
    expect(output).not.toContain('█');
  });
});

describe.skipIf(!hasPseudoTerminal)('Ctrl-C', () => {
  // Work that takes minutes to end: the key always comes before.
  const large = at('large');
  const [largeDense, largeModel] = [join(large, 'dense.safetensors'), join(large, 'model.wjz')];
  const outputs = at('outputs');
  const output = join(outputs, 'out.wjz');
  const LONG: readonly (readonly [name: string, words: readonly string[]])[] = [
    ['train', ['train', '--data', data, '-o', output, '--epochs', '100000', '--validation', '50']],
    ['eval', ['eval', largeModel, '--data', large, '--backend', 'reference']],
    ['verify', ['verify', largeModel, '--data', large, '--samples', '10000', '--backend', 'reference']],
    [
      'report',
      ['report', largeModel, '-o', join(outputs, 'out.html'), '--data', large, '--backend', 'reference'],
    ],
    ['compress', ['compress', largeDense, '-o', output, '--input', '28x28']],
    ['a search', ['compress', largeDense, '-o', output, '--input', '28x28', '--target-bytes', '50000']],
  ];

  it.each(LONG)('ends %s at once; the terminal is as before, no file stays', async (_name, words) => {
    if (!readdirSync(folder).includes('large')) {
      mkdirSync(large);
      mkdirSync(outputs);
      writeIdx(large, 't10k', squares(10_000, 3));
      writeFileSync(largeDense, denseFile([784, 4096, 10]));
      writeFileSync(largeModel, trainedFile([1024]));
    }
    const result = await runOnTerminal('wjpeg', words, { type: { after: /\d+(\/\d+|%)/, keys: CTRL_C } });
    expect([-SIGINT, 128 + SIGINT], result.output).toContain(result.code);
    expect({ left: leftModes(result.output), modes: result.modesRestored }).toEqual({
      left: [],
      modes: true,
    });
    expect(result.output).not.toMatch(/error/i);
    expect(readdirSync(outputs)).toEqual([]);
  });
});

describe.skipIf(!hasPseudoTerminal)('a server', () => {
  it('ends with Ctrl-C once it has answered what is left; the terminal is as before', async () => {
    const words = ['serve', model, '--port', '0', '--workers', '1'];
    const result = await runOnTerminal('wjpeg', words, { type: { after: /"listening"/, keys: CTRL_C } });
    expect({ code: result.code, left: leftModes(result.output), modes: result.modesRestored }).toEqual({
      code: 0,
      left: [],
      modes: true,
    });
    expect(result.output).toMatch(/"signal":"SIGINT".*"stopped"/s);
  });
});

describe.skipIf(!hasPseudoTerminal)('an error while a bar is shown', () => {
  it('clears the bar, says what is wrong and leaves the terminal as before', async () => {
    const words = ['train', '--data', data, '-o', at('f.wjz'), ...small, '--learning-rate', '1e30'];
    const { code, output, modesRestored } = await runOnTerminal('wjpeg', words);
    expect({ code, left: leftModes(output), modesRestored }, output).toEqual({
      code: 1,
      left: [],
      modesRestored: true,
    });
    // What follows the last control sequence, with which the bar is cleared.
    const lines = withoutColors(output).trimEnd().split(/\r?\n/);
    const last = lines.at(-1)?.split('\x1b[').at(-1);
    expect(last).toMatch(/^[\d;]*[A-Z]?wjpeg: the loss is no number any more in epoch 1/);
  });
});

describe.skipIf(!hasPseudoTerminal)('colours', () => {
  const [RED, GREEN] = ['\x1b[31m', '\x1b[32m'];

  it('mark answers and errors on a terminal, and add nothing to the text', async () => {
    const answer = await runOnTerminal('wjpeg-infer', [model, picture, '--repeats', '1']);
    expect(answer.output).toContain(`${GREEN}█`);
    const plain = await runOnTerminal('wjpeg-infer', [model, picture, '--no-baseline'], {
      environment: { NO_COLOR: '1' },
    });
    const painted = await runOnTerminal('wjpeg-infer', [model, picture, '--no-baseline']);
    expect(withoutColors(painted.output)).toBe(plain.output);
    const error = await runOnTerminal('wjpeg', ['inspect', at('missing.wjz')]);
    expect(error.output).toContain(`${RED}wjpeg:`);
    expect(error.code).toBe(1);
  });

  it.each([{ NO_COLOR: '1' }, { TERM: 'dumb' }])('are left out with %o', async (environment) => {
    for (const words of [
      [model, picture, '--no-baseline'],
      [model, at('missing.png')],
    ]) {
      const { output } = await runOnTerminal('wjpeg-infer', words, { environment });
      expect(output).not.toContain('\x1b[3');
      expect(output).not.toContain('\x1b[1m');
    }
  });
});
