import { naming, WjpegError } from '../errors.ts';
import type { Shape } from '../graph/shape.ts';
import { describe } from '../importers/architecture/description.ts';
import { parseDescription } from '../importers/architecture/text.ts';
import { ARCHITECTURE_NAMES } from '../importers/architecture/zoo/index.ts';
import { isOnnxModel } from '../importers/file-kinds.ts';
import type { ArchitectureOption } from '../importers/network-file.ts';
import { readFileBytes } from '../node/files.ts';
import { MAX_MODEL_BYTES } from '../node/model-file.ts';
import { onnxExternalData } from '../node/onnx-external-data.ts';
import type { DenseSource } from '../runtime/load-network.ts';

/** Larger descriptions are not read. */
const MAX_DESCRIPTION_BYTES = 2 ** 24;

/** What the option says, for commands that read networks. */
export const architectureOption = {
  type: 'string' as const,
  describe:
    'How the tensors of a safetensors file make the network: a JSON file, a name (wjpeg architecture lists them), or of linear layers their order: fc1,relu,fc2',
};

/** The same for commands that take the original beside a `.wjz`. */
export const denseArchitectureOption = {
  ...architectureOption,
  describe: `Of --dense, where its names do not tell: ${architectureOption.describe}`,
};

export const inputShapeOption = {
  type: 'string' as const,
  describe: 'Shape of an ONNX input whose size the model leaves open: 3x240x320, or NAME=3x240x320',
};

/** Reads `--architecture`: the name of a JSON file, of a network that is known, or layers with commas between. */
export async function readArchitecture(text: string | undefined): Promise<ArchitectureOption | undefined> {
  if (text === undefined || ARCHITECTURE_NAMES.includes(text)) return text;
  if (!/\.json$/i.test(text)) return text.split(',').map((word) => word.trim());
  const bytes = await readFileBytes(text, MAX_DESCRIPTION_BYTES);
  return naming(text, () => {
    const description = parseDescription(bytes);
    // Here its file can be named.
    describe(description);
    return description;
  });
}

/** Reads `--dense` with its `--architecture`; nothing if it is not given. */
export async function readDenseSource({
  dense: path,
  architecture,
}: {
  readonly dense: string | undefined;
  readonly architecture: string | undefined;
}): Promise<DenseSource> {
  if (path === undefined) {
    if (architecture === undefined) return {};
    throw new WjpegError(
      'misuse',
      'OPTION_VALUE',
      '--architecture says what network --dense is: name that too, or leave it out',
    );
  }
  const denseArchitecture = await readArchitecture(architecture);
  const dense = await readFileBytes(path, MAX_MODEL_BYTES);
  return {
    dense,
    ...(denseArchitecture !== undefined && { denseArchitecture }),
    ...(isOnnxModel(dense) && { denseExternalData: onnxExternalData(path) }),
  };
}

/** `NAME=3x240x320`; without a name, that of the input. */
export function inputShapes(text: string | undefined): Record<string, Shape> {
  if (text === undefined) return {};
  const parts = /^(?:(.+)=)?([1-9]\d*(?:[x×][1-9]\d*)*)$/.exec(text);
  if (parts) return { [parts[1] ?? '']: parts[2].split(/[x×]/).map(Number) };
  throw new WjpegError(
    'misuse',
    'INPUT_SIZE',
    `--input-shape is '${text}', expected channels, height and width such as 3x240x320, or NAME=3x240x320`,
  );
}
