import { expect } from 'vitest';
import { importValues } from '../../../../src/importers/onnx/index.ts';
import { isKnown } from '../../../../src/importers/onnx/node.ts';
import { type Case, model } from '../one-node.ts';

/** Element types of ONNX. */
export const [FLOAT, UINT8, INT8, INT32, INT64, BOOL, DOUBLE] = [1, 2, 3, 6, 7, 9, 11];

/** One node whose inputs are the constants, in their order unless `takes` names them. */
export type Fold = Pick<Case, 'type'> &
  Partial<Pick<Case, 'attributes' | 'constants' | 'takes' | 'outputs' | 'opset' | 'before'>>;

export type Attributes = NonNullable<Fold['attributes']>;

/** A constant that a model of constants gives. */
interface Folded {
  readonly shape: readonly number[];
  readonly values: number[];
  readonly type: number;
}

/** What importing the node gives, without running anything. */
export function foldAll(each: Fold): Folded[] {
  const takes = Object.keys(each.constants ?? {});
  const { graph, outputs } = importValues(model({ inputs: {}, values: [], takes, ...each }));
  expect(graph.nodes).toEqual([]);
  return outputs.map(({ value }) => {
    if (!isKnown(value)) throw new Error(`${value.name} is computed`);
    return { shape: value.shape, values: [...value.values], type: value.type };
  });
}

/** The same for a node of one output. */
export function fold(each: Fold): Folded {
  return foldAll(each)[0];
}
