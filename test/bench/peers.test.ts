import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { lowPassNetwork, QUALITIES, storeNetwork } from '../../bench/large/networks.ts';
import { type Measurement, type Role, ratios, targetRows } from '../../bench/peers/ratios.ts';
import { formatReached, targetTable } from '../../bench/peers/report.ts';
import { PRECISIONS_OF, TARGETS } from '../../bench/peers/targets.ts';
import { expandNetwork } from '../../bench/peers/weights.ts';
import { checkAnswers } from '../../bench/subjects/check.ts';
import type { SubjectProcess } from '../../bench/subjects/process.ts';
import { describeAbsences } from '../../bench/subjects/section.ts';
import { readWjz } from '../../src/format/read.ts';
import { loadNetwork } from '../../src/runtime/load-network.ts';
import { Oracle, relativeError } from '../../src/runtime/oracle.ts';
import { evaluationInputs } from '../../src/runtime/sample-inputs.ts';
import { denseNodes } from '../../src/weights/dense-network.ts';

const ours: Role = { side: 'ours', model: 'q20', precision: 'int16', memory: 'speed' };

function measured(name: string, role: Role, image: number, changes: Partial<Measurement> = {}): Measurement {
  const call = { median: image, min: image, max: image };
  return {
    name,
    role,
    inputs: 'digits',
    threads: 1,
    batch: 1,
    call,
    image,
    error: 0,
    memory: { rss: 0 },
    ...changes,
  };
}

describe('ratios', () => {
  const int8: Role = { side: 'theirs', competitor: 'onnxruntime-node int8', models: ['q20'] };
  const float32: Role = { side: 'theirs', competitor: 'onnxruntime-node float32', models: ['q20'] };

  it('are theirs ÷ ours, beside what was asked', () => {
    const found = ratios([measured('a', ours, 5), measured('b', float32, 40)]);
    expect(found).toMatchObject([{ against: 'onnxruntime-node float32', ratio: 8, asked: 6 }]);
  });

  it('take the faster of two ways to run the same', () => {
    const found = ratios([
      measured('a', ours, 5),
      measured('dynamic', int8, 20),
      measured('static', int8, 10),
    ]);
    expect(found.map(({ ratio }) => ratio)).toEqual([2]);
  });

  it('never cross nets, inputs, threads or batch sizes', () => {
    const others = [
      measured('net', { ...float32, models: ['trained'] }, 40),
      measured('inputs', float32, 40, { inputs: 'noise' }),
      measured('threads', float32, 40, { threads: 2 }),
      measured('batch', float32, 40, { batch: 16 }),
    ];
    expect(ratios([measured('a', ours, 5), ...others])).toEqual([]);
  });

  it('ask for nothing on noise, on several threads, or of the slow memory modes', () => {
    const elsewhere = { inputs: 'noise' as const };
    const pairs = [
      [measured('a', ours, 5, elsewhere), measured('b', float32, 40, elsewhere)],
      [measured('a', ours, 5, { threads: 2 }), measured('b', float32, 40, { threads: 2 })],
      [measured('a', { ...ours, memory: 'compact' }, 5), measured('b', float32, 40)],
    ];
    for (const pair of pairs) {
      const [found] = ratios(pair);
      expect(found.ratio).toBe(8);
      expect(found).not.toHaveProperty('asked');
    }
  });

  test('every target has its place in the table, in all precisions, measured or not', () => {
    const rows = targetRows([]);
    const asked = rows.flatMap(({ cells }) => cells.filter((cell) => cell.asked !== undefined));
    expect(asked).toHaveLength(TARGETS.length);
    for (const { model } of TARGETS) {
      const own = rows.filter((row) => row.model === model).map(({ precision }) => precision);
      expect(new Set(own)).toEqual(new Set(PRECISIONS_OF[model]));
    }
    expect(targetTable([])[1]).toEqual([
      'quality 20, one scale for the layer',
      'int16',
      'onnxruntime-node float32',
      'not measured (≥ 6×)',
      'not measured (≥ 2.5×)',
    ]);
  });

  test('what is missed says so', () => {
    expect(formatReached(6, 6)).toBe('6.00× (≥ 6×, reached)');
    expect(formatReached(5.98, 6)).toBe('5.98× (≥ 6×, missed)');
    expect(formatReached(3, undefined)).toBe('3.00×');
  });
});

describe('subjects', () => {
  /** Answers each input with its index, `wrong` aside; one output. */
  const subject = (wrong?: number): Pick<SubjectProcess, 'ask'> => ({
    ask: ((request: { batch: number; index: number }) => {
      const logits = Float32Array.from({ length: request.batch }, (_, row) => {
        const input = request.index * request.batch + row;
        return input === wrong ? NaN : input + 1;
      });
      return Promise.resolve({ logits });
    }) as unknown as SubjectProcess['ask'],
  });
  const asked = {
    batches: 4,
    rows: 8,
    exact: (index: number) => Float64Array.of(index + 1),
    tolerance: 1e-6,
  };

  it('that agree are let through, the remainder of a batch included', async () => {
    expect(await checkAnswers(subject(), 'a', { ...asked, batch: 16 })).toBe(0);
    await expect(checkAnswers(subject(63), 'a', { ...asked, batch: 16 })).rejects.toMatchObject({
      code: 'BENCH_DISAGREES',
      message: 'a, batch 16, input 63: relative error NaN, expected at most 0.000001: not timed',
    });
  });

  it('that answer for other inputs are refused', async () => {
    const exact = (index: number): Float64Array => Float64Array.of(index + 1.01);
    await expect(checkAnswers(subject(), 'a', { ...asked, exact, batch: 1 })).rejects.toThrow('not timed');
  });

  test('who is absent for the same reason shares a line', () => {
    const absent = ['a', 'b'].map((who) => ({ who, why: 'not there' }));
    expect(describeAbsences(absent)).toEqual(['Not measured (not there): a; b']);
  });
});

describe('networks', () => {
  it('expanded for peers answer as the stored one', () => {
    const file = readWjz(readFileSync(join(import.meta.dirname, '../../data/mnist-mlp-512-q20.wjz')));
    const stored = new Oracle(loadNetwork(file, 'coefficient'));
    const expanded = new Oracle(denseNodes(expandNetwork(file)));
    for (const input of evaluationInputs(file.manifest.input, 3)) {
      expect(relativeError(expanded.run(input), stored.run(input))).toBeLessThan(1e-6);
    }
  });

  it('of low-pass weights have about 2, 3 and 4 bits per weight', () => {
    const network = lowPassNetwork([512, 512]);
    const bits = QUALITIES.map((quality) => storeNetwork(network, quality).bitsPerWeight);
    bits.forEach((value, index) => {
      expect(Math.abs(value - (index + 2))).toBeLessThan(0.25);
    });
  });
});
