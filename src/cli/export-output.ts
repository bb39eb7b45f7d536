import { normalization } from '../exporters/onnx/describe.ts';
import { IR_VERSION, type OnnxFile, type OnnxValue, OPSET } from '../exporters/onnx/graph.ts';
import type { InputSpec } from '../format/manifest.ts';
import { formatRatio } from '../text/numbers.ts';
import { visibleText } from '../visible-text.ts';

/** What was written; of ONNX also what the model takes and gives. */
export type Exported = Pick<OnnxFile, 'bytes'> & Partial<OnnxFile>;

/** The model that was exported. */
export interface Original {
  /** Bytes of the .wjz. */
  readonly bytes: number;
  readonly input: InputSpec;
}

/** How it was written. */
export interface ExportCall {
  readonly model: string;
  readonly output: string;
  readonly type: string;
  readonly coefficients: boolean;
}

/** What `wjpeg export` prints: sizes, with what the model takes and gives, and what to do next in Python. */
export function printExport(
  { model, output, type, coefficients }: ExportCall,
  original: Original,
  { bytes, inputs, outputs }: Exported,
): string {
  const how = coefficients ? `${type}, coefficients` : type;
  const ratio = formatRatio(bytes.length / original.bytes);
  const sizes = `${output}: ${bytes.length} bytes (${how}), ${ratio} ${model} (${original.bytes} bytes)`;
  const lines =
    inputs && outputs
      ? [
          `${sizes}: ${inputs.map(described).join(', ')} → ${outputs.map(described).join(', ')}`,
          `next: onnxruntime.InferenceSession('${output}').run(None, {'${inputs[0].name}': x}), x float32${prepared(original.input)}`,
        ]
      : [sizes, `next: model.load_state_dict(safetensors.torch.load_file('${output}'))`];
  return lines.map((line) => `${visibleText(line)}\n`).join('');
}

/** The same for programs. */
export function exportJson(
  { output, type, coefficients }: ExportCall,
  { bytes: modelBytes }: Original,
  { bytes, inputs, outputs }: Exported,
): object {
  const sizes = { output, bytes: bytes.length, modelBytes };
  if (inputs === undefined) return { ...sizes, format: 'safetensors', type };
  return {
    ...sizes,
    format: 'onnx',
    type,
    coefficients,
    opset: OPSET,
    irVersion: IR_VERSION,
    inputs,
    outputs,
  };
}

/** `logits [N, 10]`. */
function described({ name, shape }: OnnxValue): string {
  return `${name} [${['N', ...shape].join(', ')}]`;
}

function prepared(input: InputSpec): string {
  return input.kind === 'image' ? ` = ${normalization(input)}` : '';
}
