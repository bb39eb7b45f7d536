import { describe, expect, it } from 'vitest';
import { Budget } from '../../../src/importers/onnx/budget.ts';

const ALLOWANCE = 2 ** 22;

describe('a model may make', () => {
  it('four million numbers whatever its size, and no more', () => {
    const budget = new Budget();
    budget.take(ALLOWANCE - 1, 'one');
    budget.take(1, 'another');
    expect(() => budget.take(1, "node 'c' (Tile)")).toThrow(
      expect.objectContaining({
        code: 'GRAPH_LIMIT',
        kind: 'limit',
        message:
          "node 'c' (Tile) makes 1 numbers, 4194305 with those before it; a model of this size may make 4194304: " +
          'export it with its constants folded (onnxsim)',
      }),
    );
  });

  it('and eight for each of its bytes', () => {
    const budget = new Budget();
    budget.addBytes(100);
    budget.addBytes(25);
    budget.take(ALLOWANCE + 1000, 'one');
    expect(() => budget.take(1, 'another')).toThrow('a model of this size may make 4195304');
  });
});
