import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../src/importers/onnx/index.ts';
import { encode, graphModel, type Message, node, value } from './graph-model.ts';

/** What is said of a model of x and these nodes, y its output. */
function refusal(...nodes: Message[]): unknown {
  try {
    importOnnx(graphModel({ node: nodes, input: [value('x', [1, 4])], output: [value('y')] }));
  } catch (error) {
    return (error as Error).message;
  }
  return 'imported';
}
const branch = (...nodes: Message[]) => ({ name: 'then_branch', g: encode('GraphProto', { node: nodes }) });
const nested = (depth: number): Message =>
  depth === 0 ? node('LSTM', ['x'], ['l']) : node('If', ['x'], ['i'], [branch(nested(depth - 1))]);

describe('what is not supported', () => {
  it('is known by its domain', () => {
    expect(refusal({ ...node('Relu', ['x'], ['y']), domain: 'ai.onnx' })).toBe('imported');
    expect(refusal({ ...node('Relu', ['x'], ['y']), domain: 'com.example' })).toBe(
      'unsupported operators: com.example.Relu (y)',
    );
    expect(refusal({ ...node('LSTM', ['x'], ['y']), domain: 'ai.onnx' })).toBe(
      'unsupported operators: LSTM (y)',
    );
  });

  it('is named by the node, else by what it gives', () => {
    expect(refusal({ opType: 'LSTM', name: 'n', input: ['x'], output: ['', 'y'] })).toBe(
      'unsupported operators: LSTM (n)',
    );
    expect(refusal({ opType: 'LSTM', input: ['x'], output: ['', 'y'] })).toBe(
      'unsupported operators: LSTM (y)',
    );
  });

  it('within control flow is named by its operator where it has no name', () => {
    const inner = { opType: 'GRU', input: ['x'], output: [''] };
    expect(refusal(node('If', ['x'], ['y'], [branch(inner)]))).toBe(
      'unsupported operators: If (y), GRU (GRU)',
    );
  });

  it('within control flow is listed, what is supported there is not', () => {
    const each = node(
      'If',
      ['x'],
      ['y'],
      [branch(node('LSTM', ['x'], ['a']), node('Relu', ['x'], ['b'])), branch(node('GRU', ['x'], ['c']))],
    );
    expect(refusal(each)).toBe('unsupported operators: If (y), LSTM (a), GRU (c)');
  });

  it.each([
    [16, 'If (y, i, i, i, i, i, i, i and 8 more), LSTM (l)'],
    [17, 'If (y, i, i, i, i, i, i, i and 9 more)'],
  ])('within control flow %d deep', (depth, expected) => {
    const outer = { ...nested(depth), name: 'y', output: ['y'] };
    expect(refusal(outer)).toBe(`unsupported operators: ${expected}`);
  });

  it('within control flow that cannot be read is passed over', () => {
    const broken = { name: 'else_branch', g: Uint8Array.of(0xff) };
    const each = node('If', ['x'], ['y'], [{ name: 'n', i: 1n }, broken, branch(node('LSTM', ['x'], ['a']))]);
    expect(refusal(each)).toBe('unsupported operators: If (y), LSTM (a)');
  });

  it('comes before other faults', () => {
    const missing = node('Hardmax', ['x'], ['h']);
    const graph = {
      node: [missing, node('Add', ['h', 'x'], ['y'])],
      input: [value('x', [])],
      output: [value('y')],
    };
    expect(() => importOnnx(graphModel(graph))).toThrow(
      expect.objectContaining({
        code: 'OPERATOR_UNKNOWN',
        kind: 'unsupported',
        message: 'unsupported operators: Hardmax (h)',
      }),
    );
  });

  it('of one form and one operator is both', () => {
    expect(
      refusal(
        node('LSTM', ['x'], ['l']),
        node('Cast', ['x'], ['c'], [{ name: 'to', i: 7n }]),
        node('Add', ['l', 'c'], ['y']),
      ),
    ).toBe('unsupported operators: LSTM (l); unsupported forms: Cast that casts to int64 (c)');
  });

  it('includes attributes that no operator of ours has', () => {
    const alpha = [{ name: 'alpha', f: Number.POSITIVE_INFINITY }];
    expect(refusal(node('Elu', ['x'], ['y'], alpha))).toMatch(
      /^unsupported forms: Elu that has attributes out of range: .*alpha.* \(y\)$/,
    );
  });
});
