import { WjpegError } from '../errors.ts';
import { shellWord } from '../text/shell.ts';

/** What a file is, told by its content, and what to do to get the weights as safetensors. */
interface FileKind {
  readonly is: string;
  readonly next: string;
  readonly kind?: 'corrupt';
}

/**
 * Runs a reader of safetensors; where it fails on a file that is of another kind, throws what the file is and how to export
 * the right one. `file`: its name, for the command.
 *
 * @throws `MODEL_WRONG_FILE`
 */
export function namingWrongFile<T>(bytes: Uint8Array, read: () => T, file = 'FILE'): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof WjpegError)) throw error;
    const found = identify(bytes);
    if (found) {
      const { is, next, kind = 'unsupported' } = found;
      const message = `this is ${is}, expected an ONNX model or a safetensors file: ${withName(next, file)}`;
      throw new WjpegError(kind, 'MODEL_WRONG_FILE', message, { cause: error });
    }
    if (error.code !== 'SAFETENSORS_TRUNCATED') throw error;
    throw new WjpegError(error.kind, error.code, `${error.message}: the file was cut off, ${FETCH}`, {
      cause: error,
    });
  }
}

/** What to do, with the name of the file in its commands. */
function withName(next: string, file: string): string {
  return next
    .replaceAll("'FILE'", `'${file.replace(/[\\']/g, '\\$&')}'`)
    .replaceAll('$FILE', () => shellWord(file));
}

/** A command for the shell; `script` has no double quotes, dollar signs or backslashes, and the file as 'FILE'. */
function python(script: string): string {
  return `run python -c "${script}"`;
}

const PYTORCH = python(
  'import torch; from safetensors.torch import save_file; ' +
    "s = torch.load('FILE', map_location='cpu', weights_only=True); s = s.get('state_dict', s); " +
    "save_file({k: v.contiguous().clone() for k, v in s.items()}, 'model.safetensors', {'order': ','.join(s)})",
);

const TORCHSCRIPT = python(
  'import torch; from safetensors.torch import save_file; ' +
    "s = torch.jit.load('FILE', 'cpu').state_dict(); " +
    "save_file({k: v.contiguous().clone() for k, v in s.items()}, 'model.safetensors', {'order': ','.join(s)})",
);

const KERAS = `${python(
  'import keras; from safetensors.numpy import save_file; ' +
    "w = {getattr(v, 'path', v.name): v.numpy() for v in keras.models.load_model('FILE').weights}; " +
    "save_file(w, 'model.safetensors', {'order': ','.join(w)})",
)}; of a network with convolutions export ONNX instead (docs/onnx.md)`;

const NUMPY_NAMES = 'names must be such as fc1.weight [out, in] and fc1.bias [out], or fc1/kernel [in, out]';

const NUMPY = `${python(
  "import numpy as np; from safetensors.numpy import save_file; w = dict(np.load('FILE')); " +
    "save_file({k: np.ascontiguousarray(v) for k, v in w.items()}, 'model.safetensors', {'order': ','.join(w)})",
)}; ${NUMPY_NAMES}`;

const NUMPY_ARRAY = `${python(
  "import numpy as np; from safetensors.numpy import save_file; save_file({'fc1.weight': np.load('FILE')}, 'model.safetensors')",
)}; ${NUMPY_NAMES}`;

const ORIGIN =
  'export the weights from where the network was trained, in PyTorch: ' +
  "from safetensors.torch import save_file; save_file(model.state_dict(), 'model.safetensors'); other tools: docs/guide.md; " +
  'as ONNX: docs/onnx.md';

const ONNX = 'wjpeg compress, wjpeg inspect and --dense take it as it is (docs/onnx.md)';

/** $FILE: as a word of a shell. */
const TF_LITE =
  'convert it to ONNX: pip install tf2onnx; python -m tf2onnx.convert --tflite $FILE --opset 17 --output model.onnx';

const SAVED_MODEL =
  'convert the folder that it is in to ONNX: pip install tf2onnx; ' +
  'python -m tf2onnx.convert --saved-model FOLDER --opset 17 --output model.onnx';

const FETCH = 'fetch the file again';

const WJZ = 'a .wjz, compressed already';

const PICTURE = 'compress takes weights; a picture is what wjpeg-infer MODEL.wjz PICTURE reads';

/** First bytes of files, in hexadecimal. */
const SIGNATURES: readonly (readonly [offset: number, hex: string, is: string, next: string])[] = [
  [0, '89504e470d0a1a0a', 'a PNG picture', PICTURE],
  [0, 'ffd8ff', 'a JPEG picture', PICTURE],
  [0, '47494638', 'a GIF picture', PICTURE],
  [0, '894844460d0a1a0a', 'an HDF5 file (Keras .h5)', KERAS],
  [0, '934e554d5059', 'a single NumPy array (.npy)', NUMPY_ARRAY],
  [4, '54464c33', 'a TensorFlow Lite model', TF_LITE],
  [0, '47475546', 'a GGUF file', `its weights are quantised blocks of a language model; ${ORIGIN}`],
  [0, '80028a0a6cfc9c46f920', 'a PyTorch checkpoint (legacy pickle)', PYTORCH],
  [0, '1f8b', 'gzip-compressed', 'decompress it first (gunzip) and give what comes out'],
  [0, '28b52ffd', 'zstd-compressed', 'decompress it first (unzstd) and give what comes out'],
  [0, '425a68', 'bzip2-compressed', 'decompress it first (bunzip2) and give what comes out'],
  [0, 'fd377a585a00', 'xz-compressed', 'decompress it first (unxz) and give what comes out'],
  [0, '377abcaf271c', 'a 7z archive', 'unpack it and give the safetensors file in it'],
  [257, '7573746172', 'a tar archive', 'unpack it and give the safetensors file in it'],
  [0, '25504446', 'a PDF document', ORIGIN],
];

/** What the bytes are, if that can be told. */
function identify(bytes: Uint8Array): FileKind | undefined {
  if (bytes.length === 0)
    return { kind: 'corrupt', is: 'an empty file', next: `${FETCH}, or export it again` };
  for (const [offset, hex, is, next] of SIGNATURES) {
    if (hexOf(bytes.subarray(offset, offset + hex.length / 2)) === hex) return { is, next };
  }
  if (isRiffWebp(bytes)) return { is: 'a WebP picture', next: PICTURE };
  if (hexOf(bytes.subarray(0, 4)) === '504b0304') return identifyZip(bytes);
  if (bytes[0] === 0x80 && bytes[1] >= 2 && bytes[1] <= 5) {
    return {
      is: 'a Python pickle',
      next: `load it where it was made and save the weights; if torch.load reads it, ${PYTORCH}`,
    };
  }
  return (
    identifySafetensors(bytes) ?? identifyText(bytes) ?? identifyProtobuf(bytes) ?? identifyNothing(bytes)
  );
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function ascii(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes);
}

function isRiffWebp(bytes: Uint8Array): boolean {
  return ascii(bytes.subarray(0, 4)) === 'RIFF' && ascii(bytes.subarray(8, 12)) === 'WEBP';
}

/** A header length and a brace, but not all that the header says should follow. */
function identifySafetensors(bytes: Uint8Array): FileKind | undefined {
  if (bytes.length < 9 || bytes[8] !== 0x7b) return undefined;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length <= BigInt(bytes.length - 8) || length > 100_000_000n) return undefined;
  return {
    kind: 'corrupt',
    is: `the beginning of a safetensors file (${bytes.length} bytes, of which the header alone takes ${length + 8n})`,
    next: FETCH,
  };
}

/** A safetensors file has a brace after 8 bytes. */
function identifyNothing(bytes: Uint8Array): FileKind | undefined {
  if (bytes[8] === 0x7b) return undefined;
  return { is: `no format that wjpeg knows (first bytes ${hexOf(bytes.subarray(0, 8))})`, next: ORIGIN };
}

/** Names of the entries of a ZIP archive: of its directory, or where that is cut off of the entries met from the start. */
function zipNames(bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const names: string[] = [];
  // Central directory headers (APPNOTE 4.3.12) have a signature of their own: a search finds them wherever they are.
  for (let at = bytes.indexOf(0x50); at >= 0 && at + 46 <= bytes.length; at = bytes.indexOf(0x50, at + 1)) {
    if (view.getUint32(at, true) !== 0x02014b50) continue;
    names.push(ascii(bytes.subarray(at + 46, at + 46 + view.getUint16(at + 28, true))));
  }
  if (names.length === 0 && bytes.length >= 30) {
    names.push(ascii(bytes.subarray(30, 30 + view.getUint16(26, true))));
  }
  return names;
}

function identifyZip(bytes: Uint8Array): FileKind {
  const names = zipNames(bytes);
  const has = (pattern: RegExp): boolean => names.some((name) => pattern.test(name));
  if (has(/^model\.json$/) && has(/\.jpe?g$|^dense\.safetensors$/)) {
    return {
      is: WJZ,
      next: 'give the original weights; wjpeg inspect shows what it holds',
    };
  }
  if (has(/(^|\/)(constants\.pkl|code\/)/)) {
    return { is: 'a TorchScript module', next: TORCHSCRIPT };
  }
  if (has(/(^|\/)data\.pkl$/)) return { is: 'a PyTorch checkpoint', next: PYTORCH };
  if (has(/^model\.weights\.h5$/)) return { is: 'a Keras model (.keras)', next: KERAS };
  if (has(/\.npy$/)) return { is: 'a NumPy archive (.npz)', next: NUMPY };
  if (has(/\.safetensors$/))
    return { is: 'a ZIP archive', next: 'unpack it and give the safetensors file in it' };
  return { is: 'a ZIP archive without a model that wjpeg knows', next: ORIGIN };
}

function identifyText(bytes: Uint8Array): FileKind | undefined {
  const head = bytes.subarray(0, 4096);
  let text: string;
  try {
    // A character that the cut splits is not an error.
    text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
  } catch {
    return undefined;
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what makes bytes a text
  if (/[\0-\x08\x0e-\x1a]/.test(text)) return undefined;
  const start = text.trimStart().slice(0, 200);
  if (start.startsWith('version https://git-lfs')) {
    return {
      is: 'a Git LFS pointer, not the file itself',
      next: 'run git lfs pull, or download the file from its page',
    };
  }
  if (/^<(!doctype html|html|head|\?xml)/i.test(start)) {
    return { is: 'an HTML or XML page', next: 'a download that answered with a page? Fetch the file itself' };
  }
  if (/^[{[]/.test(start)) {
    if (text.includes('"weight_map"')) {
      return {
        is: 'the index of a model in several safetensors files',
        next: 'save the state_dict as one file',
      };
    }
    if (/"(modelTopology|weightsManifest)"/.test(text)) return { is: 'a TensorFlow.js model', next: ORIGIN };
    if (/"layers"/.test(text) && /"input"/.test(text)) {
      return {
        is: 'a description of a network',
        next: 'give the weights, and name this file with --architecture',
      };
    }
    return { is: 'a JSON file', next: ORIGIN };
  }
  return { is: 'a text file', next: ORIGIN };
}

/** Longest run of fields that is looked at. */
const MAX_FIELDS = 10_000;

/** Fields of a protobuf message: numbers of those with a length, and of all; undefined where the bytes are none. */
function protobufFields(bytes: Uint8Array): Set<number> | undefined {
  const fields = new Set<number>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70 && at < bytes.length; shift += 7) {
      const byte = bytes[at++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    return Number.NaN;
  };
  for (let count = 0; at < bytes.length && count < MAX_FIELDS; count++) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    const skip = [varint, () => 8, varint][tag % 8];
    if (!(field >= 1 && field < 1000)) return undefined;
    if (tag % 8 === 0) {
      if (Number.isNaN(varint())) return undefined;
    } else {
      const length = tag % 8 === 5 ? 4 : skip?.();
      if (!(length !== undefined && length >= 0)) return undefined;
      at += length;
    }
    fields.add(field);
  }
  // A file that was cut off ends inside of its last field.
  return fields;
}

/**
 * ONNX: ModelProto has ir_version = 1, graph = 7, opset_import = 8. TensorFlow: SavedModel has saved_model_schema_version = 1
 * and meta_graphs = 2, GraphDef nodes = 1 and versions = 4.
 */
function identifyProtobuf(bytes: Uint8Array): FileKind | undefined {
  const fields = protobufFields(bytes);
  if (!fields) return undefined;
  if (isOnnxFields(bytes, fields)) return { is: 'an ONNX model', next: ONNX };
  if (bytes[0] === 0x08 && fields.has(2) && fields.size === 2)
    return { is: 'a TensorFlow SavedModel', next: SAVED_MODEL };
  if (bytes[0] === 0x0a && fields.has(1))
    return { is: 'a protobuf file (a frozen TensorFlow graph?)', next: ORIGIN };
  return undefined;
}

function isOnnxFields(bytes: Uint8Array, fields: ReadonlySet<number>): boolean {
  return bytes[0] === 0x08 && (fields.has(7) || fields.has(8));
}

/**
 * The refusal of a file that stands where a model of wjpeg is expected: what it is and what to do; undefined for what may be a
 * damaged model. `file`: its name, for commands.
 */
export function refusalAsModel(bytes: Uint8Array, file: string, cause: unknown): WjpegError | undefined {
  const found = identify(bytes);
  if (found === undefined || found.is === WJZ) return undefined;
  const { is, next, kind = 'unsupported' } = found;
  const advice =
    next === PICTURE
      ? 'pictures come after the model, as in wjpeg-infer MODEL PICTURE'
      : next === ORIGIN
        ? 'wjpeg train makes one of pictures, wjpeg compress of an ONNX model or a safetensors file'
        : withName(next, file);
  const message = `this is ${is}, expected a model of wjpeg, a .wjz or a .jpg that it wrote: ${advice}`;
  return new WjpegError(kind, 'MODEL_WRONG_FILE', message, { cause });
}

/** What network for `wjpeg compress` the bytes are, if they are one. */
export function networkFormat(bytes: Uint8Array): string | undefined {
  if (bytes.length > 8 && bytes[8] === 0x7b) return 'a safetensors file';
  return isOnnxModel(bytes) ? 'an ONNX model' : undefined;
}

/** Whether the bytes are an ONNX model, told by the fields of their message; also where the file was cut off. */
export function isOnnxModel(bytes: Uint8Array): boolean {
  const fields = protobufFields(bytes);
  return fields !== undefined && isOnnxFields(bytes, fields);
}
