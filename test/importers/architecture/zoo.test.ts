import { describe, expect, it } from 'vitest';
import { planGraph } from '../../../src/graph/plan.ts';
import { fittingArchitectures, fittingUnderOtherNames } from '../../../src/importers/architecture/detect.ts';
import { importStateDict } from '../../../src/importers/architecture/import.ts';
import { withNamesOf } from '../../../src/importers/architecture/rename.ts';
import { ARCHITECTURE_NAMES, architectureOf } from '../../../src/importers/architecture/zoo/index.ts';
import type { Tensor } from '../../../src/safetensors/tensor.ts';
import { leNetShapes, norm, stateDict } from './tensors.ts';

type Shapes = Record<string, readonly number[]>;

/** A residual network as PyTorch lists its tensors, written down a second time. */
function resNet(
  widths: readonly number[],
  blocks: readonly number[],
  shortcut: 'none' | 'conv' | 'downsample',
  { large = false, wide = false, head = 'fc', classes = 10 } = {},
): Shapes {
  const shapes: Shapes = {
    'conv1.weight': [widths[0], 3, large ? 7 : 3, large ? 7 : 3],
    ...norm('bn1', widths[0]),
  };
  let from = widths[0];
  for (const [stage, width] of widths.entries()) {
    for (let block = 0; block < blocks[stage]; block++) {
      const name = `layer${stage + 1}.${block}`;
      const to = wide ? 4 * width : width;
      const kernels = wide
        ? [
            [width, from, 1],
            [width, width, 3],
            [to, width, 1],
          ]
        : [
            [width, from, 3],
            [width, width, 3],
          ];
      for (const [index, [outputs, inputs, size]] of kernels.entries()) {
        shapes[`${name}.conv${index + 1}.weight`] = [outputs, inputs, size, size];
        Object.assign(shapes, norm(`${name}.bn${index + 1}`, outputs));
      }
      const differs = from !== to || (stage > 0 && block === 0);
      if (differs && shortcut === 'conv') shapes[`${name}.shortcut.weight`] = [to, from, 1, 1];
      if (differs && shortcut === 'downsample') {
        shapes[`${name}.downsample.0.weight`] = [to, from, 1, 1];
        Object.assign(shapes, norm(`${name}.downsample.1`, to));
      }
      from = to;
    }
  }
  return { ...shapes, [`${head}.weight`]: [classes, from], [`${head}.bias`]: [classes] };
}

const CIFAR = [16, 32, 64];
const cifar = (n: number): Shapes => resNet(CIFAR, [n, n, n], 'none', { head: 'linear' });
const cifarB = (n: number): Shapes => resNet(CIFAR, [n, n, n], 'downsample');
const IMAGE_NET = { large: true, classes: 1000 };
const WIDE = [64, 128, 256, 512];

function mobileNet(width: number, classes: number): Shapes {
  const channels = [64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024].map((c) => c * width);
  const shapes: Shapes = { 'model.0.0.weight': [32 * width, 3, 3, 3], ...norm('model.0.1', 32 * width) };
  let from = 32 * width;
  for (const [index, to] of channels.entries()) {
    const name = `model.${index + 1}`;
    shapes[`${name}.0.weight`] = [from, 1, 3, 3];
    Object.assign(shapes, norm(`${name}.1`, from));
    shapes[`${name}.3.weight`] = [to, from, 1, 1];
    Object.assign(shapes, norm(`${name}.4`, to));
    from = to;
  }
  return { ...shapes, 'fc.weight': [classes, from], 'fc.bias': [classes] };
}

const dense = (...sizes: number[]): Shapes =>
  Object.fromEntries(
    sizes
      .slice(1)
      .flatMap((size, index) => [
        [`fc${index + 1}.weight`, [size, sizes[index]]],
        [`fc${index + 1}.bias`, [size]],
        ...(index < sizes.length - 2 ? Object.entries(norm(`bn${index + 1}`, size)) : []),
      ]),
  );

const biased = (shapes: Shapes): Shapes =>
  Object.fromEntries(
    Object.entries(shapes).flatMap(([name, shape]) =>
      shape.length === 4
        ? [
            [name, shape],
            [name.replace(/weight$/, 'bias'), [shape[0]]],
          ]
        : [[name, shape]],
    ),
  );

const leNetC5 = {
  ...Object.fromEntries(Object.entries(leNetShapes()).slice(0, 4)),
  'conv3.weight': [120, 16, 5, 5],
  'conv3.bias': [120],
  'fc1.weight': [84, 120],
  'fc1.bias': [84],
  'fc2.weight': [10, 84],
  'fc2.bias': [10],
};
const mnistExample = {
  'conv1.weight': [32, 1, 3, 3],
  'conv1.bias': [32],
  'conv2.weight': [64, 32, 3, 3],
  'conv2.bias': [64],
  'fc1.weight': [128, 9216],
  'fc1.bias': [128],
  'fc2.weight': [10, 128],
  'fc2.bias': [10],
};

/** Numbers that are learnt, as their papers and documentation count them; without running statistics. */
const ROWS: readonly [name: string, shapes: Shapes, parameters: number, shape: readonly number[]][] = [
  ['lenet5', leNetShapes(), 61_706, [10]],
  ['lenet5-28', leNetShapes(), 61_706, [10]],
  ['lenet5-rgb', { ...leNetShapes(), 'conv1.weight': [6, 3, 5, 5] }, 62_006, [10]],
  ['lenet5-c5', leNetC5, 61_706, [10]],
  ['mnist-cnn', mnistExample, 1_199_882, [10]],
  ['resnet8', biased(resNet(CIFAR, [1, 1, 1], 'conv')), 78_186, [10]],
  ['resnet20', cifar(3), 269_722, [10]],
  ['resnet32', cifar(5), 464_154, [10]],
  ['resnet44', cifar(7), 658_586, [10]],
  ['resnet56', cifar(9), 853_018, [10]],
  ['resnet110', cifar(18), 1_727_962, [10]],
  ['resnet20-b', cifarB(3), 272_474, [10]],
  ['resnet32-b', cifarB(5), 466_906, [10]],
  ['resnet44-b', cifarB(7), 661_338, [10]],
  ['resnet56-b', cifarB(9), 855_770, [10]],
  ['resnet110-b', cifarB(18), 1_730_714, [10]],
  ['resnet18', resNet(WIDE, [2, 2, 2, 2], 'downsample', IMAGE_NET), 11_689_512, [1000]],
  ['resnet34', resNet(WIDE, [3, 4, 6, 3], 'downsample', IMAGE_NET), 21_797_672, [1000]],
  ['resnet50', resNet(WIDE, [3, 4, 6, 3], 'downsample', { ...IMAGE_NET, wide: true }), 25_557_032, [1000]],
  ['mobilenetv1', mobileNet(1, 1000), 4_231_976, [1000]],
  ['mobilenetv1-0.25', mobileNet(0.25, 2), 213_586, [2]],
  ['autoencoder', dense(640, 128, 128, 128, 128, 8, 128, 128, 128, 128, 640), 267_928, [640]],
];

/** Some have 25 million numbers, which are not looked at here. */
const zeros = (shapes: Shapes): Map<string, Tensor> =>
  new Map(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      { dtype: 'F32', shape, data: new Uint8Array(4 * shape.reduce((a, b) => a * b, 1)) },
    ]),
  );

describe('networks that are known by name', () => {
  it('are all in the table', () => {
    expect(ROWS.map(([name]) => name).sort()).toEqual([...ARCHITECTURE_NAMES].sort());
  });

  it.each(ROWS)('%s has its tensors', (name, shapes, parameters, shape) => {
    const learnt = Object.entries(shapes).filter(([tensor]) => !/running_/.test(tensor));
    const count = learnt.reduce((sum, [, extents]) => sum + extents.reduce((a, b) => a * b, 1), 0);
    expect(count).toBe(parameters);
    const { graph } = importStateDict(zeros(shapes), architectureOf(name));
    const { shapes: values } = planGraph(graph);
    expect(values.get(graph.outputs[0])).toEqual(shape);
  });

  it('are told by the names and shapes of tensors', () => {
    const names = (shapes: Shapes): string[] =>
      fittingArchitectures(stateDict(shapes)).map(({ name }) => name);
    expect(names(cifar(3))).toEqual(['resnet20']);
    expect(names(leNetShapes())).toEqual(['lenet5', 'lenet5-28']);
    expect(names({ ...leNetShapes(), 'conv1.weight': [6, 3, 5, 5] })).toEqual(['lenet5-rgb']);
    expect(names({ ...leNetShapes(), 'fc1.weight': [120, 256] })).toEqual([]);
    expect(names({ ...leNetShapes(), 'fc4.weight': [10, 10] })).toEqual([]);
  });

  it('unknown ones are refused with all names', () => {
    expect(() => architectureOf('resnet21')).toThrow(
      /^no architecture is called 'resnet21' \(did you mean 'resnet20'\?\), expected one of: lenet5, .*, or a JSON file$/,
    );
    expect(() => architectureOf('constructor')).toThrow(/^no architecture is called 'constructor'/);
  });
});

describe('with the names of a file', () => {
  const own = ['features.0', 'features.3', 'classifier.1', 'classifier.3', 'classifier.5'];

  it('a description takes its layers in their order', () => {
    const tensors = stateDict(leNetShapes(own));
    expect(fittingArchitectures(tensors)).toEqual([]);
    expect(fittingUnderOtherNames(tensors).map(({ name }) => name)).toEqual(['lenet5', 'lenet5-28']);
    const { layers } = withNamesOf(architectureOf('lenet5'), tensors);
    expect(layers.flatMap(({ weights = [] }) => weights)).toEqual(own);
  });

  it('sorted by name, that of the numbers in the names', () => {
    const names = ['c2', 'c10', 'd1', 'd9', 'd11'];
    const tensors = new Map([...stateDict(leNetShapes(names))].sort(([a], [b]) => (a < b ? -1 : 1)));
    const { layers } = withNamesOf(architectureOf('lenet5'), tensors);
    expect(layers.flatMap(({ weights = [] }) => weights)).toEqual(names);
  });

  it('what takes a layer by its weights follows the new name', () => {
    const residue = cifarB(3);
    const renamed = new Map(
      [...stateDict(residue)].map(([name, tensor]): [string, Tensor] => [
        name.replace(/layer(\d)/, 'stages.$1').replace('downsample', 'short'),
        tensor,
      ]),
    );
    const architecture = withNamesOf(architectureOf('resnet20-b'), renamed);
    expect(architecture.layers.find(({ name }) => name === 'layer2.0.sum')).toEqual({
      type: 'add',
      name: 'layer2.0.sum',
      inputs: ['stages.2.0.bn2', 'stages.2.0.short.1'],
    });
    expect(() => importStateDict(renamed, architecture)).not.toThrow();
  });

  it('counts depthwise convolutions by themselves, as Keras does', () => {
    const counts = new Map<string, number>();
    const next = (kind: string): string => {
      const count = counts.get(kind) ?? 0;
      counts.set(kind, count + 1);
      return count === 0 ? kind : `${kind}_${count}`;
    };
    const shapes: Shapes = {};
    for (const [name, shape] of Object.entries(mobileNet(0.25, 2))) {
      const [outputs, inputs, ...kernel] = shape;
      if (/running_mean/.test(name)) {
        const own = next('batch_normalization');
        for (const part of ['gamma', 'beta', 'moving_mean', 'moving_variance'])
          shapes[`${own}/${part}`] = shape;
      } else if (shape.length === 4) {
        const isDepthwise = inputs === 1;
        const own = next(isDepthwise ? 'depthwise_conv2d' : 'conv2d');
        shapes[`${own}/${isDepthwise ? 'depthwise_kernel' : 'kernel'}`] = isDepthwise
          ? [...kernel, outputs, 1]
          : [...kernel, inputs, outputs];
      } else if (shape.length === 2) shapes['dense/kernel'] = [inputs, outputs];
    }
    const sorted = new Map([...stateDict(shapes)].sort(([a], [b]) => (a < b ? -1 : 1)));
    expect(fittingUnderOtherNames(sorted).map(({ name }) => name)).toEqual(['mobilenetv1-0.25']);
    const { layers } = withNamesOf(architectureOf('mobilenetv1-0.25'), sorted);
    expect(layers.flatMap(({ weights = [] }) => weights).slice(0, 6)).toEqual([
      'conv2d',
      'batch_normalization',
      'depthwise_conv2d',
      'batch_normalization_1',
      'conv2d_1',
      'batch_normalization_2',
    ]);
  });

  it('with other counts of layers is refused', () => {
    expect(() => withNamesOf(architectureOf('lenet5-c5'), stateDict(leNetShapes(own)))).toThrow(
      expect.objectContaining({
        code: 'ARCHITECTURE_TENSORS',
        message: 'the file has 2 convolutions, the architecture 3',
      }),
    );
  });
});
