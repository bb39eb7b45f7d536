import { fuseActivations } from '../../src/weights/activation-chain.ts';
import { type DenseLinear, type DenseNetwork, linearLayers } from '../../src/weights/dense-network.ts';
import { FLOAT, type OnnxNode, type OnnxTensor, writeOnnx } from './onnx.ts';

/** A chain of linear layers as peers are given it: .onnx files whose input is `x` [N, I] and whose output is `y` [N, O]. */

interface Layer extends DenseLinear {
  readonly relu: boolean;
  /** Names of what goes in and what comes out. */
  readonly from: string;
  readonly to: string;
  /** O values; zeros where the layer has none. */
  readonly offsets: Float32Array;
}

/** float32: Gemm and Relu. */
export function floatModel(network: DenseNetwork): Uint8Array {
  const nodes: OnnxNode[] = [];
  const tensors: OnnxTensor[] = [];
  for (const { name, from, to, relu, weights, offsets, outFeatures, inFeatures } of chain(network)) {
    const sum = relu ? `${name} sum` : to;
    tensors.push({ name: `${name} W`, shape: [outFeatures, inFeatures], elements: weights });
    tensors.push({ name: `${name} b`, shape: [outFeatures], elements: offsets });
    nodes.push({
      operator: 'Gemm',
      inputs: [from, `${name} W`, `${name} b`],
      output: sum,
      integers: { transB: 1 },
    });
    if (relu) nodes.push({ operator: 'Relu', inputs: [sum], output: to });
  }
  return write(network, nodes, tensors);
}

/**
 * int8, quantised as onnxruntime's `quantize_dynamic` does: weights as int8 with a scale an output, activations as uint8
 * with the range that they have in each call (DynamicQuantizeLinear, MatMulInteger).
 */
export function dynamicInt8Model(network: DenseNetwork): Uint8Array {
  const nodes: OnnxNode[] = [];
  const tensors: OnnxTensor[] = [];
  for (const layer of chain(network)) {
    const { name, from, to, relu, offsets, outFeatures, inFeatures } = layer;
    const { levels, scales } = quantizeOutputs(layer);
    const sum = relu ? `${name} sum` : to;
    tensors.push({
      name: `${name} W`,
      shape: [inFeatures, outFeatures],
      elements: transpose(levels, outFeatures, inFeatures),
    });
    tensors.push({ name: `${name} W zero`, shape: [], elements: new Int8Array(1) });
    tensors.push({ name: `${name} W scale`, shape: [outFeatures], elements: scales });
    tensors.push({ name: `${name} b`, shape: [outFeatures], elements: offsets });
    const [q, scale, zero] = [`${name} q`, `${name} q scale`, `${name} q zero`];
    nodes.push(
      { operator: 'DynamicQuantizeLinear', inputs: [from], output: [q, scale, zero] },
      {
        operator: 'MatMulInteger',
        inputs: [q, `${name} W`, zero, `${name} W zero`],
        output: `${name} product`,
      },
      { operator: 'Cast', inputs: [`${name} product`], output: `${name} float`, integers: { to: FLOAT } },
      { operator: 'Mul', inputs: [scale, `${name} W scale`], output: `${name} scale` },
      { operator: 'Mul', inputs: [`${name} float`, `${name} scale`], output: `${name} scaled` },
      { operator: 'Add', inputs: [`${name} scaled`, `${name} b`], output: sum },
    );
    if (relu) nodes.push({ operator: 'Relu', inputs: [sum], output: to });
  }
  return write(network, nodes, tensors);
}

/**
 * int8, quantised as onnxruntime's `quantize_static` does (QDQ): as above, but the ranges of the activations are fixed
 * beforehand, so that the optimiser makes one QGemm of each layer.
 * `greatest`: the greatest input of each layer on calibration data; inputs are not negative.
 */
export function staticInt8Model(network: DenseNetwork, max: readonly number[]): Uint8Array {
  const nodes: OnnxNode[] = [];
  const tensors: OnnxTensor[] = [];
  chain(network).forEach((layer, index) => {
    const { name, from, to, relu, offsets, outFeatures, inFeatures } = layer;
    const { levels, scales } = quantizeOutputs(layer);
    const step = Math.fround(max[index] / 255);
    const biasScales = scales.map((scale) => scale * step);
    const bias = Int32Array.from(offsets, (value, row) => Math.round(value / biasScales[row]));
    const sum = relu ? `${name} sum` : to;
    tensors.push(
      { name: `${name} x scale`, shape: [], elements: Float32Array.of(step) },
      { name: `${name} x zero`, shape: [], elements: new Uint8Array(1) },
      { name: `${name} W int8`, shape: [outFeatures, inFeatures], elements: levels },
      { name: `${name} W scale`, shape: [outFeatures], elements: scales },
      { name: `${name} W zero`, shape: [outFeatures], elements: new Int8Array(outFeatures) },
      { name: `${name} b int32`, shape: [outFeatures], elements: bias },
      { name: `${name} b scale`, shape: [outFeatures], elements: biasScales },
      { name: `${name} b zero`, shape: [outFeatures], elements: new Int32Array(outFeatures) },
    );
    const x = [`${name} x scale`, `${name} x zero`];
    nodes.push(
      { operator: 'QuantizeLinear', inputs: [from, ...x], output: `${name} q` },
      { operator: 'DequantizeLinear', inputs: [`${name} q`, ...x], output: `${name} x` },
      {
        operator: 'DequantizeLinear',
        inputs: [`${name} W int8`, `${name} W scale`, `${name} W zero`],
        output: `${name} W`,
        integers: { axis: 0 },
      },
      {
        operator: 'DequantizeLinear',
        inputs: [`${name} b int32`, `${name} b scale`, `${name} b zero`],
        output: `${name} b`,
        integers: { axis: 0 },
      },
      {
        operator: 'Gemm',
        inputs: [`${name} x`, `${name} W`, `${name} b`],
        output: sum,
        integers: { transB: 1 },
      },
    );
    if (relu) nodes.push({ operator: 'Relu', inputs: [sum], output: to });
  });
  return write(network, nodes, tensors);
}

/** int8 levels of −127…127 with a scale an output, which clips nothing. */
function quantizeOutputs({ weights, outFeatures, inFeatures }: DenseLinear): {
  levels: Int8Array;
  scales: Float32Array;
} {
  const levels = new Int8Array(weights.length);
  const scales = new Float32Array(outFeatures);
  for (let row = 0; row < outFeatures; row++) {
    const values = weights.subarray(row * inFeatures, (row + 1) * inFeatures);
    const max = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    // A row of zeros has no scale of its own; any will do, but for 0, by which biases are divided.
    scales[row] = max > 0 ? max / 127 : 1;
    values.forEach((value, k) => {
      levels[row * inFeatures + k] = Math.round(value / scales[row]);
    });
  }
  return { levels, scales };
}

function transpose(values: Int8Array, rows: number, columns: number): Int8Array {
  const transposed = new Int8Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      transposed[column * rows + row] = values[row * columns + column];
    }
  }
  return transposed;
}

function chain(network: DenseNetwork): Layer[] {
  const relu = fuseActivations(network.layers.map(({ type }) => type));
  const layers = linearLayers(network);
  return layers.map((layer, index) => ({
    ...layer,
    name: `layer ${index}`,
    relu: relu[index],
    from: index === 0 ? 'x' : `h${index}`,
    to: index === layers.length - 1 ? 'y' : `h${index + 1}`,
    offsets: layer.bias ?? new Float32Array(layer.outFeatures),
  }));
}

function write(
  network: DenseNetwork,
  nodes: readonly OnnxNode[],
  tensors: readonly OnnxTensor[],
): Uint8Array {
  const layers = linearLayers(network);
  return writeOnnx({
    nodes,
    tensors,
    input: { name: 'x', features: layers[0].inFeatures },
    output: { name: 'y', features: layers[layers.length - 1].outFeatures },
  });
}
