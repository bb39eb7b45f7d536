import { zlibSync } from 'fflate';
import { weightedNode, withWeights } from '../../src/compress/graph/weighted.ts';
import { toStored } from '../../src/compress/rest-tensors.ts';
import type { Graph, GraphNode } from '../../src/graph/graph.ts';
import { kernelsToMatrix } from '../../src/weights/kernel-picture.ts';
import { BitSink } from '../frontier/bit-stream.ts';
import { dequantize, quantizeChannels } from '../frontier/channel-quantization.ts';
import { writeHalves } from '../frontier/layer-list.ts';

/**
 * The control: the weights of a graph as integers of 4 or 8 bits with one float16 scale per output channel, all other tensors as
 * float16, deflated as a whole. The file holds numbers only, not which operators there are: a little less than could be run.
 */
export function asIntegers(graph: Graph, bits: 4 | 8): { readonly bytes: number; readonly graph: Graph } {
  const sink = new BitSink();
  const nodes = graph.nodes.map((node): GraphNode => {
    const weighted = weightedNode(node);
    if (weighted === undefined) {
      for (const { values } of Object.values(node.constants)) writeHalves(sink, values);
      return node;
    }
    const { shape, layout, matrix } = weighted;
    // Of kernels the tensor, without the columns that pad a picture.
    const weights = node.constants.weight?.values ?? matrix.weights;
    const quantized = quantizeChannels(weights, matrix.outFeatures, bits);
    writeHalves(sink, quantized.scales);
    for (const level of quantized.levels) sink.bits(level, bits);
    const bias = matrix.bias && toStored(matrix.bias, 'F16');
    if (bias) writeHalves(sink, bias);
    const values = dequantize(quantized);
    return withWeights(weighted, layout ? kernelsToMatrix(values, shape, layout) : values, bias);
  });
  return { bytes: zlibSync(sink.finish(), { level: 9 }).length, graph: { ...graph, nodes } };
}
