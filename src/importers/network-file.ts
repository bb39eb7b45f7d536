import { WjpegError } from '../errors.ts';
import type { Graph } from '../graph/graph.ts';
import type { Shape } from '../graph/shape.ts';
import { readSafetensors } from '../safetensors/read.ts';
import type { Tensor } from '../safetensors/tensor.ts';
import { shellWord } from '../text/shell.ts';
import type { DenseNetwork } from '../weights/dense-network.ts';
import type { Architecture } from './architecture/description.ts';
import { fittingArchitectures, fittingUnderOtherNames } from './architecture/detect.ts';
import { importStateDict } from './architecture/import.ts';
import { withNamesOf } from './architecture/rename.ts';
import { architectureOf } from './architecture/zoo/index.ts';
import { isOnnxModel, namingWrongFile } from './file-kinds.ts';
import type { ExternalData } from './onnx/external-data.ts';
import { importOnnx } from './onnx/index.ts';
import { exportedArchitecture, readWeights } from './read-weights.ts';
import { groupTensors } from './state-dict/modules.ts';
import type { OrderHints } from './state-dict/network.ts';

/**
 * How the tensors of a safetensors file make a network: the name of one of `ARCHITECTURE_NAMES`, a description, or of a chain
 * of linear layers its layers and activations in order.
 */
export type ArchitectureOption = string | Architecture | readonly string[];

/** How to read a file that holds a network. */
export interface NetworkFileOptions extends OrderHints {
  /** For safetensors files. */
  readonly architecture?: ArchitectureOption | undefined;
  /** Name of the file, for the commands that errors print. */
  readonly file?: string;
  /** For ONNX models, see `importOnnx`. */
  readonly inputShapes?: Readonly<Record<string, Shape>>;
  readonly externalData?: ExternalData | undefined;
}

/** A network as its file has it: a graph, or a chain of linear layers that was told by sizes and names of tensors. */
export interface NetworkFile {
  readonly network: Graph | DenseNetwork;
  /** Of a chain: its layers and activations in order, in the words of the option `architecture`. */
  readonly architecture?: readonly string[];
  /** What the reader decided, for the user to read. */
  readonly notes: readonly string[];
}

/**
 * Reads a network from the bytes of an ONNX model, whose pictures enter channels first, or of a safetensors file.
 *
 * @throws `MODEL_WRONG_FILE` for other files, what `importOnnx`, `importStateDict` and `networkFromStateDict` throw, and
 * `ARCHITECTURE_MISSING` where tensors are no chain and nothing says what they are
 */
export function readNetworkFile(bytes: Uint8Array, options: NetworkFileOptions): NetworkFile {
  const { architecture: asked, file, inputShapes, externalData, ...hints } = options;
  if (isOnnxModel(bytes)) {
    if (asked !== undefined) {
      throw new WjpegError(
        'misuse',
        'OPTION_VALUE',
        '--architecture is for safetensors files, an ONNX model has its own',
      );
    }
    const { graph, notes } = importOnnx(bytes, {
      ...(inputShapes && { inputShapes }),
      ...(externalData && { externalData }),
      channelsFirst: true,
    });
    return { network: graph, notes };
  }
  const tensors = namingWrongFile(bytes, () => readSafetensors(bytes), file);
  const architecture = asked ?? exportedArchitecture(bytes);
  if (isDescription(architecture)) return described(tensors, architecture, file);
  if (architecture?.length === 1 && !hasModule(tensors, architecture[0])) architectureOf(architecture[0]);
  const { notes, ...chain } = namingArchitecture(tensors, architecture, file, () =>
    readWeights(bytes, { architecture, ...(file !== undefined && { file }), ...hints }),
  );
  return { network: chain, architecture: chain.architecture, notes };
}

function isDescription(architecture: ArchitectureOption | undefined): architecture is string | Architecture {
  return architecture !== undefined && !Array.isArray(architecture);
}

function hasModule(tensors: ReadonlyMap<string, Tensor>, name: string): boolean {
  const word = name.replace(/^(layer|activation):/, '');
  return (
    groupTensors(tensors).has(word) || [...tensors.keys()].some((tensor) => tensor.startsWith(`${word}.`))
  );
}

/** The network of a description; where names differ from those of the zoo, but nothing else, the message says what to do. */
function described(
  tensors: ReadonlyMap<string, Tensor>,
  architecture: string | Architecture,
  file = 'FILE',
): NetworkFile {
  const description = typeof architecture === 'string' ? architectureOf(architecture) : architecture;
  try {
    const { graph, notes } = importStateDict(tensors, description);
    return { network: graph, notes };
  } catch (error) {
    const isOfNames = error instanceof WjpegError && error.code === 'ARCHITECTURE_TENSORS';
    if (typeof architecture !== 'string' || !isOfNames || !fitsUnderOtherNames(tensors, description))
      throw error;
    throw new WjpegError(
      error.kind,
      error.code,
      `${error.message}; the shapes fit: ${renaming(architecture, file)}`,
      {
        cause: error,
      },
    );
  }
}

function fitsUnderOtherNames(tensors: ReadonlyMap<string, Tensor>, architecture: Architecture): boolean {
  try {
    importStateDict(tensors, withNamesOf(architecture, tensors));
    return true;
  } catch (error) {
    if (error instanceof WjpegError) return false;
    throw error;
  }
}

/** How a user makes a description with the names of a file. */
export function renaming(architecture: string, file: string): string {
  const command = `wjpeg architecture ${architecture} --like ${shellWord(file)} > net.json`;
  return `${command} writes a description with these names, for --architecture net.json`;
}

/** Runs a reader of chains; where it fails on convolutions, throws what could say how the layers follow one another. */
function namingArchitecture<T>(
  tensors: ReadonlyMap<string, Tensor>,
  architecture: readonly string[] | undefined,
  file: string | undefined,
  read: () => T,
): T {
  try {
    return read();
  } catch (error) {
    const [kernels] = [...tensors].find(([, { shape }]) => shape.length === 4) ?? [];
    if (!(error instanceof WjpegError) || architecture !== undefined || kernels === undefined) throw error;
    throw new WjpegError(
      'misuse',
      'ARCHITECTURE_MISSING',
      `'${kernels}' belongs to a convolution, and the file does not say how its layers follow one another: ${whatFits(tensors, file)}`,
      { cause: error },
    );
  }
}

/** What to do about a file that needs an architecture. */
export function whatFits(tensors: ReadonlyMap<string, Tensor>, file = 'FILE'): string {
  const fitting = fittingArchitectures(tensors).map(({ name }) => name);
  if (fitting.length > 0) return `its tensors are those of ${choices(fitting)}: --architecture ${fitting[0]}`;
  const similar = fittingUnderOtherNames(tensors).map(({ name }) => name);
  if (similar.length > 0)
    return `its tensors have the shapes of ${choices(similar)} under other names: ${renaming(similar[0], file)}`;
  return (
    'describe it in a JSON file for --architecture (docs/architectures.md; wjpeg architecture resnet20 prints one), ' +
    'or export the network as ONNX'
  );
}

function choices(names: readonly string[]): string {
  return names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
