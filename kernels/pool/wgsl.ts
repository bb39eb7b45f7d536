import { outputStep } from '../elementwise/wgsl.ts';
import { elementCount, type KernelNode } from '../node.ts';
import { header, perOutput, type WgslKernel } from '../wgsl.ts';
import type { PoolWindow } from '../window.ts';
import { windowSpans } from './spans.ts';

const source =
  (isMax: boolean) =>
  (vector: boolean): string =>
    `${header(
      vector,
      'width: u32, height: u32, columns: u32, rows: u32, across: u32, stepY: u32, stepX: u32',
      {
        rowSpans: 'array<vec2u>',
        columnSpans: 'array<vec2u>',
        ...(!isMax && { factors: 'array<f32>' }),
        inputs: 'array<V>',
        outputs: 'array<V>',
      },
    )}
${perOutput(
  'item',
  'parameters.width',
  `let x = item % parameters.across;
  let y = item / parameters.across % parameters.rows;
  let map = item / (parameters.across * parameters.rows);
  let rows = rowSpans[y];
  let columns = columnSpans[x];
  var value = V(${isMax ? '-3.4028234663852886e38' : '0'});
  for (var k = 0u; k < rows.y; k++) {
    let row = (map * parameters.height + rows.x + k * parameters.stepY) * parameters.columns;
    for (var l = 0u; l < columns.y; l++) {
      let element = inputs[(row + columns.x + l * parameters.stepX) * call.lanes + lane];
      value = ${isMax ? 'max(value, element)' : 'value + element'};
    }
  }
  outputs[item * call.lanes + lane] = value${isMax ? '' : ' * factors[y * parameters.across + x]'};`,
)}
`;

/** `factors`: absent for the maximum, else by row and column of the output what a sum is multiplied by. */
export function poolWgsl<A extends PoolWindow>(
  name: string,
  factors?: (node: KernelNode<A>) => Float32Array<ArrayBuffer>,
): WgslKernel<A> {
  return (node) => {
    const [[, height, width]] = node.inputs;
    const [shape] = node.outputs;
    const [, rows, columns] = shape;
    const { dilations } = node.attributes;
    return [
      outputStep(
        name,
        source(factors === undefined),
        [elementCount(shape), height, width, rows, columns, ...dilations],
        {
          width: elementCount(shape),
          weights: [
            windowSpans(node.attributes, 0, height, rows),
            windowSpans(node.attributes, 1, width, columns),
            ...(factors ? [factors(node)] : []),
          ],
          reads: [0],
        },
      ),
    ];
  };
}
