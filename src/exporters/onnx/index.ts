import type { WjzFile } from '../../format/reading.ts';
import { planGraph } from '../../graph/plan.ts';
import { nameOutputs } from '../../importers/onnx/name-outputs.ts';
import { callback, checkOptions, flag, type OptionRules, oneOf } from '../../options/rules.ts';
import { outputNames } from '../../runtime/graph/output-names.ts';
import { networkGraph } from '../network.ts';
import { describeManifest } from './describe.ts';
import { type OnnxFile, onnxOfGraph } from './graph.ts';
import type { WeightOptions } from './writer.ts';

/** How to write an ONNX model. */
export interface ExportOnnxOptions extends Partial<WeightOptions> {
  /** Is told the part that is done, 0…1. */
  readonly onProgress?: (part: number) => void;
}

const OPTIONS: OptionRules<ExportOnnxOptions> = {
  type: oneOf('float32', 'float16'),
  coefficients: flag,
  onProgress: callback,
};

/**
 * Writes a model as ONNX, opset 17, IR version 8. It takes the tensor `input`, float32, whose first axis `N` is the batch, and gives
 * the outputs that `session.run` gives by the same names: of a chain of linear layers `logits`, or the softmax that it ends in.
 * Weights are those that the coefficients stand for, without the rounding of pixels. Labels and how pictures are prepared
 * stand in `metadata_props` (`labels`, `input`, JSON) and, for people, in `doc_string`.
 *
 * With `coefficients` a weight that a JPEG holds stays its quantised coefficients, int8 or int16, where that is smaller: as
 * nonzeros with their distances, or all of them. The graph dequantises them and applies the inverse DCT, with operators of
 * ONNX itself, so that an engine makes the weights when it loads the file.
 *
 * @param file a model as `readWjz` gives it, or `session.file`
 * @throws WjpegError `OPTION_…`; `EXPORT_OPERATOR` listing nodes whose operator has no ONNX form; `EXPORT_TOO_LARGE` for more
 *   than 2 GiB; `TENSOR_F16_OVERFLOW` for weights beyond float16; `JPEG_…` for damaged layers
 */
export async function exportOnnx(file: WjzFile, options: ExportOnnxOptions = {}): Promise<OnnxFile> {
  checkOptions('exportOnnx', options, OPTIONS);
  const { type = 'float32', coefficients = false, onProgress } = options;
  const graph = await networkGraph(file);
  const named = file.manifest.outputs ? planGraph(nameOutputs(graph, outputNames(file.manifest))) : graph;
  return onnxOfGraph(named, describeManifest(file.manifest), { type, coefficients }, onProgress);
}
