/**
 * Every code of a WjpegError, what it means and what to do. `docs/errors.md` is generated from this table and
 * the type `ErrorCode` follows from it. Only types of this file are imported in `src`, so none of it reaches a bundle.
 *
 * To add a code: add an entry to the section it belongs to (`kinds`, `meaning`, and `action` where the section's own
 * does not fit), throw it, run `npm run docs:errors`, and commit docs/errors.md with it. A code that is thrown but not
 * listed fails `npm run typecheck`; one that is listed but never thrown, with other kinds, or not in docs/errors.md,
 * fails `npx vitest run test/docs/errors.test.ts`. Codes are part of the interface: renaming or removing one is a
 * breaking change.
 */
/**
 * Coarse classification of an error:
 * - `corrupt`: the bytes violate the rules of their own format;
 * - `unsupported`: the bytes are valid but use a feature that wjpeg does not support;
 * - `limit`: reading on would take more memory or time than the limits allow;
 * - `misuse`: an argument or option is invalid, or does not fit the others;
 * - `unavailable`: this machine lacks something that was requested (a backend, a file, a package).
 */
export type ErrorKind = 'corrupt' | 'unsupported' | 'limit' | 'misuse' | 'unavailable';

/** One code: the kinds it is thrown with, its meaning, and what to do if the section's own advice does not fit. */
export interface ErrorCodeEntry {
  readonly kinds: readonly ErrorKind[];
  readonly meaning: string;
  readonly action?: string;
}

/** Codes that concern one subject, with the advice that holds for most of them. */
export interface ErrorCodeSection {
  readonly action: string;
  readonly codes: Readonly<Record<string, ErrorCodeEntry>>;
}

export const ERROR_CODES = {
  'Files and folders': {
    action: 'Check the path.',
    codes: {
      FILE_NOT_FOUND: { kinds: ['unavailable'], meaning: 'The file or folder does not exist.' },
      FILE_IS_FOLDER: { kinds: ['unavailable'], meaning: 'A file was expected, but the path is a folder.' },
      FILE_PERMISSION: {
        kinds: ['unavailable'],
        meaning: 'The operating system denies access, or the file system is read-only.',
        action: 'Change the permissions or choose another path.',
      },
      FILE_DISK_FULL: {
        kinds: ['unavailable'],
        meaning: 'The disk is full or the quota is exhausted. Nothing was written.',
        action: 'Free some space or choose another path.',
      },
      FILE_TOO_LARGE: {
        kinds: ['limit'],
        meaning: 'The file, or what it unpacks to, is larger than the reader accepts (docs/limits.md).',
        action: 'Check that this is the intended file.',
      },
      OUTPUT_IS_INPUT: {
        kinds: ['misuse'],
        meaning: 'The output is the same file as an input, perhaps through a link. Nothing was written.',
        action: 'Name another output file.',
      },
      OUTPUT_TWICE: {
        kinds: ['misuse'],
        meaning: 'Two outputs are the same file. Nothing was written.',
        action: 'Name a file of its own for each output.',
      },
      FILE_ERROR: {
        kinds: ['unavailable'],
        meaning: 'The operating system reported another error; the message names its code.',
        action: 'Look up the code of the operating system.',
      },
    },
  },
  'Loading a model': {
    action: 'Check the address and the server, then load the model again.',
    codes: {
      FETCH_FAILED: {
        kinds: ['unavailable'],
        meaning: 'The source could not be read, or the server answered with an error status.',
      },
      DOWNLOAD_BROKEN: {
        kinds: ['unavailable'],
        meaning: 'The download broke off, and resuming it failed repeatedly.',
      },
      DOWNLOAD_CHANGED: {
        kinds: ['corrupt'],
        meaning: 'The file on the server changed while it was being downloaded.',
      },
      SOURCE_TYPE: {
        kinds: ['misuse'],
        meaning: 'The model source is of a type that cannot be read.',
        action: 'Pass a URL, Request, Response, Blob, ArrayBuffer, Uint8Array or a stream of bytes.',
      },
      SOURCE_ADDRESS: {
        kinds: ['misuse'],
        meaning: 'Outside a page a string must be an absolute address; paths of files are not read.',
        action: 'Pass an address, `pathToFileURL(path)` or the bytes of the file.',
      },
      SOURCE_CONTENT: {
        kinds: ['unavailable'],
        meaning: 'The source sent something else in place of the file: an HTML page, JSON, nothing.',
        action: 'Open the address in a browser and correct it.',
      },
      SOURCE_TOO_LARGE: {
        kinds: ['limit'],
        meaning: 'The source sends more bytes than a model (`limits.maxTotalBytes`) or a picture may have.',
        action: 'Check the address, or raise the limit.',
      },
      LOADING_ABORTED: {
        kinds: ['unavailable'],
        meaning: "The caller's AbortSignal stopped the loading; `cause` is its reason.",
        action: 'None: the caller requested this.',
      },
      LOADING_TIMEOUT: {
        kinds: ['unavailable'],
        meaning: 'No byte came for as long as the option `timeout` allows.',
        action: 'Try again, or raise `timeout`.',
      },
      SOURCE_USED: {
        kinds: ['misuse'],
        meaning: 'The source can be read only once and has been read already.',
        action: 'Pass a fresh source; to resume a download, pass a URL.',
      },
      DENSE_MISSING: {
        kinds: ['misuse'],
        meaning: "Path 'dense' was requested without the original weights, which a .wjz does not contain.",
        action: 'Pass the original safetensors as option `dense` (`--dense`), or use another path.',
      },
      DENSE_MISMATCH: {
        kinds: ['misuse'],
        meaning: 'The original weights belong to a network of other layer sizes than the .wjz.',
        action: 'Pass the safetensors file that the .wjz was compressed from.',
      },
    },
  },
  'Running a model': {
    action: 'Correct the argument; the message names it.',
    codes: {
      INPUT_LENGTH: {
        kinds: ['misuse'],
        meaning: 'The number of input values is not the batch size times the inputs of the model.',
      },
      INPUT_NOT_A_PICTURE: {
        kinds: ['misuse'],
        meaning: 'The model takes a vector of numbers, but a picture was given.',
      },
      INPUT_NOT_FINITE: { kinds: ['misuse'], meaning: 'An input value is NaN or infinite.' },
      LOGITS_NOT_FINITE: {
        kinds: ['unsupported'],
        meaning: 'An output is NaN or infinite because an intermediate value overflowed float32.',
        action: 'Check the range of the inputs and of the weights.',
      },
      SESSION_DISPOSED: {
        kinds: ['misuse'],
        meaning: 'The session was used after `dispose()`.',
        action: 'Create a new session.',
      },
      INPUT_NAME: {
        kinds: ['misuse'],
        meaning: '`run` was given an input of another name than the model has, or none.',
        action: '`session.inputNames` lists the names.',
      },
      OUTPUT_NAME: {
        kinds: ['misuse'],
        meaning: '`run` was to give a value that the model does not have; the message lists those it has.',
      },
      INPUT_TYPE: {
        kinds: ['misuse'],
        meaning: 'The input is of a type that cannot be run, or holds something that is not a number.',
      },
      INPUT_SHAPE: {
        kinds: ['misuse'],
        meaning: 'The dims of a tensor, or the nesting of arrays, do not fit the input of the model.',
      },
      OPTION_UNKNOWN: { kinds: ['misuse'], meaning: 'There is no option of this name.' },
      OPTION_VALUE: { kinds: ['misuse'], meaning: 'An option has a value that it cannot have.' },
      OPTION_MISSING: { kinds: ['misuse'], meaning: 'An option that must be given is missing.' },
      ARGUMENT: { kinds: ['misuse'], meaning: 'An argument of a function has a value that it cannot have.' },
      OPTION_NOT_HERE: {
        kinds: ['misuse'],
        meaning: 'The backend does not support this value of an option.',
        action: 'Omit the option or use backend `wasm`.',
      },
      STREAM_NO_JPEG: {
        kinds: ['misuse'],
        meaning: "`memory: 'stream'` needs layers that are stored as JPEGs, and this layer is not.",
        action: "Use `memory: 'speed'` or `'compact'`.",
      },
      MATRIX_DECODE: {
        kinds: ['corrupt'],
        meaning: "Path 'expanded' decodes weights with jpeg-js, which cannot decode this stream.",
        action: "Use path 'coefficient'.",
      },
    },
  },
  Backends: {
    action: 'Use another backend; `availability(name)` says whether one can run on this machine.',
    codes: {
      BACKEND_UNAVAILABLE: { kinds: ['unavailable'], meaning: 'The backend cannot run on this machine.' },
      BACKEND_FAILED: { kinds: ['unavailable'], meaning: 'gpu.js failed while running a kernel.' },
      BACKEND_DEGRADED: {
        kinds: ['unavailable'],
        meaning: 'gpu.js fell back to another mode than the requested one.',
      },
      KERNEL_TOO_LARGE: {
        kinds: ['unsupported'],
        meaning: 'A layer is larger than the backend or the GPU can address.',
      },
      GPU_LOST: {
        kinds: ['unavailable'],
        meaning: 'The GPU device was lost; its sessions cannot continue.',
        action: 'Create a new session.',
      },
      GPU_OUT_OF_MEMORY: { kinds: ['limit'], meaning: 'The GPU does not have enough memory.' },
      GPU_FAILED: { kinds: ['unavailable'], meaning: 'WebGPU reported an error; the message quotes it.' },
      NO_THREADS: {
        kinds: ['unavailable'],
        meaning:
          'Threads were requested, but the environment cannot share memory between them, or the mode of memory excludes them.',
        action:
          "In a browser serve the page cross-origin isolated (only networks of linear layers need that), use `memory: 'speed'`, or set `threads: 1`.",
      },
      THREAD_LOST: {
        kinds: ['unavailable'],
        meaning: 'A worker thread of the wasm backend ended unexpectedly.',
        action: 'Create a new session; if it happens again, set `threads: 1`.',
      },
      WASM_MEMORY: {
        kinds: ['unavailable'],
        meaning: 'WebAssembly memory could not be allocated.',
        action: 'Dispose of sessions that are no longer needed.',
      },
    },
  },
  'Pictures as input': {
    action: 'Export the picture again as PNG or JPEG.',
    codes: {
      PICTURE_EMPTY: { kinds: ['corrupt'], meaning: 'The picture has no bytes.' },
      PICTURE_FORMAT: {
        kinds: ['unsupported'],
        meaning: 'The file is neither PNG nor JPEG; the message says what it is.',
        action: 'Convert it as the message says.',
      },
      PICTURE_JPEG: {
        kinds: ['unsupported'],
        meaning: 'The number or meaning of the components of the JPEG is not supported.',
      },
      PICTURE_PNG: {
        kinds: ['corrupt', 'unsupported'],
        meaning: 'The PNG is damaged, or uses a feature that is not supported.',
      },
      PICTURE_TOO_LARGE: {
        kinds: ['limit'],
        meaning: 'The picture has more pixels than `maxPixels` allows (docs/limits.md).',
        action: 'Scale the picture down or raise the limit.',
      },
      PICTURE_SIZE: {
        kinds: ['misuse'],
        meaning: 'Width, height and number of samples of decoded pixels do not fit, or nothing is shown.',
        action: 'Pass `{ data, width, height }` with 1 to 4 samples 0…255 per pixel.',
      },
      PICTURE_NOT_READY: {
        kinds: ['misuse', 'unavailable'],
        meaning: 'An image, video or canvas cannot be drawn: not loaded, broken or closed.',
        action: 'Wait until it has loaded.',
      },
      PICTURE_TAINTED: {
        kinds: ['unavailable'],
        meaning: 'The pixels come from another origin that does not allow this page to read them.',
        action: 'Load the picture with `crossorigin="anonymous"` from a server that sends CORS headers.',
      },
      PICTURE_NO_CANVAS: {
        kinds: ['unavailable'],
        meaning: 'The browser gives no 2D canvas of this size.',
        action: 'Pass the encoded picture, or a smaller one.',
      },
      PICTURE_LIMITS: {
        kinds: ['misuse'],
        meaning: 'A limit for pictures is not a number from 1 up.',
        action: 'Correct the limit.',
      },
      PICTURE_TILE: {
        kinds: ['misuse'],
        meaning: 'The tile of the first layer is not of the picture size that the model takes.',
        action: 'Report this: the model and the layout of its first layer disagree.',
      },
      PICTURE_NO_COEFFICIENTS: {
        kinds: ['misuse'],
        meaning: 'The picture cannot enter the model as DCT coefficients; the message says why.',
        action: "Use `via: 'auto'`, which falls back to pixels.",
      },
    },
  },
  'JPEG streams': {
    action: 'The stream is damaged or incomplete: fetch or create the file again.',
    codes: {
      JPEG_EMPTY: { kinds: ['corrupt'], meaning: 'The stream has no bytes.' },
      JPEG_SIGNATURE: { kinds: ['corrupt'], meaning: 'The stream does not begin with SOI (FF D8).' },
      JPEG_TRUNCATED: { kinds: ['corrupt'], meaning: 'The stream ends early.' },
      JPEG_MARKER_EXPECTED: { kinds: ['corrupt'], meaning: 'A marker was expected between segments.' },
      JPEG_MARKER_ORDER: { kinds: ['corrupt'], meaning: 'A marker appears where T.81 does not allow it.' },
      JPEG_SEGMENT_LENGTH: {
        kinds: ['corrupt'],
        meaning: 'The length of a segment does not match its content.',
      },
      JPEG_FRAME: { kinds: ['corrupt'], meaning: 'The frame header (SOF) is invalid (T.81 B.2.2).' },
      JPEG_SCAN: { kinds: ['corrupt'], meaning: 'A scan header (SOS) is invalid (T.81 B.2.3).' },
      JPEG_SCAN_ORDER: { kinds: ['corrupt'], meaning: 'The scans are not in an order that T.81 allows.' },
      JPEG_MISSING_SCAN: { kinds: ['corrupt'], meaning: 'A component has no scan.' },
      JPEG_MISSING_TABLE: {
        kinds: ['corrupt'],
        meaning: 'A scan refers to a quantization or Huffman table that is not defined.',
      },
      JPEG_QUANTIZATION_TABLE: { kinds: ['corrupt'], meaning: 'A quantization table (DQT) is invalid.' },
      JPEG_HUFFMAN_TABLE: { kinds: ['corrupt'], meaning: 'A Huffman table (DHT) is invalid.' },
      JPEG_CONDITIONING: { kinds: ['corrupt'], meaning: 'Arithmetic conditioning (DAC) is invalid.' },
      JPEG_HUFFMAN_CODE: {
        kinds: ['corrupt'],
        meaning: 'Scan data contain bits that are not a Huffman code.',
      },
      JPEG_HUFFMAN_SYMBOL: { kinds: ['corrupt'], meaning: 'A Huffman symbol is not valid where it appears.' },
      JPEG_ZERO_RUN: { kinds: ['corrupt'], meaning: 'A run of zeros exceeds its block.' },
      JPEG_COEFFICIENT_RANGE: {
        kinds: ['corrupt', 'misuse'],
        meaning: 'A coefficient is out of range: in a stream (corrupt), or to be encoded (misuse).',
      },
      JPEG_RESTART: { kinds: ['corrupt'], meaning: 'A restart marker is missing or out of sequence.' },
      JPEG_EXTRA_DATA: { kinds: ['corrupt'], meaning: 'Scan data continue after the last block.' },
      JPEG_UNKNOWN_MARKER: {
        kinds: ['unsupported'],
        meaning: 'The stream contains a marker that T.81 reserves.',
        action: 'Convert the picture with another program first.',
      },
      JPEG_UNSUPPORTED_PROCESS: {
        kinds: ['unsupported'],
        meaning: 'The stream is lossless, differential or hierarchical; DCT processes are supported.',
        action: 'Save it as a baseline or progressive JPEG.',
      },
      JPEG_UNSUPPORTED_PRECISION: {
        kinds: ['unsupported'],
        meaning: 'Samples have another precision than 8 bits.',
        action: 'Save it with 8 bits per sample.',
      },
      JPEG_UNSUPPORTED_COMPONENTS: {
        kinds: ['unsupported'],
        meaning: 'The frame has more components than are supported.',
        action: 'Save it as grayscale or with three components.',
      },
      JPEG_UNSUPPORTED_DNL: {
        kinds: ['unsupported'],
        meaning: 'The height is defined by a DNL segment after the first scan.',
        action: 'Save it again with another program.',
      },
      JPEG_NOT_GREY: {
        kinds: ['unsupported'],
        meaning: 'A JPEG of one component was expected.',
        action: 'Save it as grayscale.',
      },
      JPEG_TOO_LARGE: {
        kinds: ['limit'],
        meaning: 'The frame has more samples than `maxSamples` allows (docs/limits.md).',
        action: 'Raise the limit if the source is trusted.',
      },
      JPEG_TOO_MANY_SCANS: {
        kinds: ['limit'],
        meaning: 'The stream has more scans than `maxScans` allows (docs/limits.md).',
        action: 'Raise the limit if the source is trusted.',
      },
      JPEG_EXPANSION: {
        kinds: ['limit'],
        meaning: 'The scans decode to more coefficients than `maxExpansion` allows (docs/limits.md).',
        action: 'Raise the limit if the source is trusted.',
      },
      JPEG_LIMITS: {
        kinds: ['misuse'],
        meaning: 'A limit for JPEGs is not a number from 1 up.',
        action: 'Correct the limit.',
      },
      JPEG_QUALITY: {
        kinds: ['misuse'],
        meaning: 'The quality is not an integer from 1 to 100.',
        action: 'Correct the quality.',
      },
      JPEG_ENCODE: {
        kinds: ['misuse'],
        meaning: 'The coefficients or options cannot be encoded as a JPEG.',
        action: 'Correct the argument; the message names it.',
      },
    },
  },
  '.wjz archives (ZIP)': {
    action: 'The archive is damaged or was made by another program: fetch it or compress the model again.',
    codes: {
      ZIP_EMPTY: { kinds: ['corrupt'], meaning: 'The file has no bytes.' },
      ZIP_SIGNATURE: { kinds: ['corrupt'], meaning: 'The file is not a ZIP archive.' },
      ZIP_TRUNCATED: { kinds: ['corrupt'], meaning: 'The data of an entry run into the central directory.' },
      ZIP_END: { kinds: ['corrupt'], meaning: 'The end record of the archive is missing.' },
      ZIP_DIRECTORY: { kinds: ['corrupt'], meaning: 'The central directory is invalid.' },
      ZIP_LAYOUT: { kinds: ['corrupt'], meaning: 'Entries overlap or leave gaps.' },
      ZIP_LOCAL_HEADER: {
        kinds: ['corrupt'],
        meaning: 'A local header contradicts the central directory.',
      },
      ZIP_DUPLICATE: { kinds: ['corrupt'], meaning: 'Two entries have the same name.' },
      ZIP_NAME: { kinds: ['corrupt'], meaning: 'The name of an entry is not allowed.' },
      ZIP_SIZE: { kinds: ['corrupt'], meaning: 'An entry is not of the size it declares.' },
      ZIP_CRC: { kinds: ['corrupt'], meaning: 'The content of an entry does not match its CRC.' },
      ZIP_DEFLATE: { kinds: ['corrupt'], meaning: 'An entry is not valid deflate data.' },
      ZIP_COMMENT: { kinds: ['corrupt'], meaning: 'The archive has a comment, which a .wjz must not have.' },
      ZIP_METHOD: { kinds: ['unsupported'], meaning: 'An entry is neither stored nor deflated.' },
      ZIP_ENCRYPTED: { kinds: ['unsupported'], meaning: 'An entry is encrypted.' },
      ZIP_PATCH: { kinds: ['unsupported'], meaning: 'An entry is a compressed patch.' },
      ZIP_DATA_DESCRIPTOR: { kinds: ['unsupported'], meaning: 'An entry uses a data descriptor.' },
      ZIP_MULTI_DISK: { kinds: ['unsupported'], meaning: 'The archive is split into several files.' },
      ZIP_ZIP64: { kinds: ['unsupported'], meaning: 'The archive uses ZIP64.' },
      ZIP_ENTRIES: {
        kinds: ['limit'],
        meaning: 'More entries than `maxEntries` allows (docs/limits.md).',
        action: 'Raise the limit if the source is trusted.',
      },
      ZIP_ENTRY_SIZE: {
        kinds: ['limit'],
        meaning: 'An entry unpacks to more than `maxEntryBytes` or `maxManifestBytes` (docs/limits.md).',
        action: 'Raise the limit if the source is trusted.',
      },
      ZIP_TOTAL_SIZE: {
        kinds: ['limit'],
        meaning: 'The archive unpacks to more than `maxTotalBytes` (docs/limits.md).',
        action: 'Raise the limit if the source is trusted.',
      },
      ZIP_RATIO: {
        kinds: ['limit'],
        meaning: 'An entry unpacks by more than `maxRatio` (docs/limits.md).',
        action: 'Raise the limit if the source is trusted.',
      },
    },
  },
  'Models that are one JPEG': {
    action: 'Use the original file: what happened to it on the way cannot be undone.',
    codes: {
      MODEL_NO_NETWORK: {
        kinds: ['corrupt'],
        meaning:
          'The JPEG is an ordinary picture, or a program has removed the metadata that made it a network.',
      },
      MODEL_PARTS: {
        kinds: ['corrupt'],
        meaning: 'APP9 segments of the network are missing, doubled or out of order.',
      },
      MODEL_CONTENT: {
        kinds: ['corrupt'],
        meaning: 'What the APP9 segments hold is damaged: its deflate data, manifest or tensors.',
      },
      MODEL_SHEET: {
        kinds: ['corrupt'],
        meaning: 'The picture has not the size that its network takes: it was cropped, rotated or resized.',
      },
      MODEL_RECOMPRESSED: {
        kinds: ['corrupt'],
        meaning: 'The coefficients are not those that were stored: the picture was recompressed or edited.',
      },
      MODEL_VERSION: {
        kinds: ['unsupported'],
        meaning: 'The file uses a newer version of the container.',
        action: 'Update wjpeg.',
      },
      MODEL_SIZE: {
        kinds: ['limit'],
        meaning:
          'What is not coefficients takes more bytes than a JPEG holds, or unpacks to more than the limits allow (docs/limits.md).',
        action: 'Write a `.wjz`; or raise the limits if the source is trusted.',
      },
      MODEL_TABLES: {
        kinds: ['unsupported'],
        meaning: 'The layers have more than three different quantisation tables, which one JPEG cannot hold.',
        action:
          'Compress the network with one table for all layers (`wjpeg compress -o model.jpg`), or write a `.wjz`.',
      },
    },
  },
  '.wjz content': {
    action: 'Compress the model again; docs/wjz-format.md states the rules.',
    codes: {
      WJZ_REQUIRES: {
        kinds: ['unsupported'],
        meaning: 'The file requires something that this version does not know; the message names it.',
        action: 'Update wjpeg.',
      },
      WJZ_NO_MANIFEST: { kinds: ['corrupt'], meaning: 'The archive has no model.json: it is not a .wjz.' },
      WJZ_MISSING_ENTRY: {
        kinds: ['corrupt', 'misuse'],
        meaning: 'model.json lists an entry that is missing from the archive, or from what is to be written.',
      },
      WJZ_EXTRA_ENTRY: {
        kinds: ['corrupt'],
        meaning: 'The archive contains an entry that model.json does not list.',
      },
      WJZ_JPEG_METHOD: { kinds: ['corrupt'], meaning: 'A JPEG in the archive is deflated, not stored.' },
      WJZ_JPEG_COLOUR: { kinds: ['corrupt'], meaning: 'The JPEG of a layer is not grayscale.' },
      WJZ_JPEG_SIZE: {
        kinds: ['corrupt'],
        meaning: 'The JPEG of a layer is not of the size that its layer needs.',
      },
      WJZ_MISSING_TENSOR: { kinds: ['corrupt'], meaning: 'A tensor of a layer is missing.' },
      WJZ_TENSOR_SHAPE: { kinds: ['corrupt'], meaning: 'A tensor has another shape than its layer needs.' },
      WJZ_TENSOR_TYPE: { kinds: ['unsupported'], meaning: 'A tensor has another data type than is allowed.' },
      WJZ_NOT_FINITE: { kinds: ['corrupt'], meaning: 'A tensor contains NaN or infinity.' },
      WJZ_SCALE: { kinds: ['corrupt'], meaning: 'A scale is not a positive number.' },
      WJZ_LIMITS: {
        kinds: ['misuse'],
        meaning: 'A limit for .wjz files is not a number from 1 up.',
        action: 'Correct the limit.',
      },
      MANIFEST_JSON: { kinds: ['corrupt'], meaning: 'model.json is not valid JSON.' },
      MANIFEST_FORMAT: { kinds: ['corrupt'], meaning: 'model.json does not declare the format `wjz`.' },
      MANIFEST_VERSION: {
        kinds: ['unsupported'],
        meaning: 'The file uses a newer version of the format.',
        action: 'Update wjpeg.',
      },
      MANIFEST_FIELD: {
        kinds: ['corrupt'],
        meaning: 'A field of model.json is missing, unknown or of the wrong type.',
      },
      MANIFEST_INCONSISTENT: { kinds: ['corrupt'], meaning: 'Fields of model.json contradict each other.' },
      MANIFEST_LIMIT: {
        kinds: ['limit'],
        meaning: 'model.json declares more layers or weights than the limits allow (docs/limits.md).',
        action: 'Raise the limit if the source is trusted.',
      },
    },
  },
  safetensors: {
    action: 'The file is damaged or incomplete: fetch or export it again.',
    codes: {
      SAFETENSORS_TRUNCATED: { kinds: ['corrupt'], meaning: 'The file ends early.' },
      SAFETENSORS_TRAILING: { kinds: ['corrupt'], meaning: 'Bytes follow the last tensor.' },
      SAFETENSORS_HEADER_LENGTH: {
        kinds: ['corrupt', 'limit'],
        meaning: 'The header length is invalid, or above `maxHeaderBytes` (docs/limits.md).',
      },
      SAFETENSORS_UTF8: { kinds: ['corrupt'], meaning: 'The header is not valid UTF-8.' },
      SAFETENSORS_JSON: { kinds: ['corrupt'], meaning: 'The header is not a JSON object.' },
      SAFETENSORS_METADATA: {
        kinds: ['corrupt'],
        meaning: '`__metadata__` is not an object of strings.',
      },
      SAFETENSORS_ENTRY: { kinds: ['corrupt'], meaning: 'The description of a tensor is invalid.' },
      SAFETENSORS_OFFSETS: { kinds: ['corrupt'], meaning: 'Tensors overlap or leave gaps.' },
      SAFETENSORS_DTYPE: {
        kinds: ['unsupported'],
        meaning: 'A tensor has a data type that is not supported.',
        action: 'Convert it to float32, float16 or bfloat16.',
      },
      SAFETENSORS_LIMITS: {
        kinds: ['misuse'],
        meaning: 'A limit for safetensors is not a number from 1 up.',
        action: 'Correct the limit.',
      },
      TENSOR_NAME: {
        kinds: ['misuse'],
        meaning: 'A tensor to write is named `__metadata__`.',
        action: 'Rename the tensor.',
      },
      TENSOR_SIZE: {
        kinds: ['misuse'],
        meaning: 'A tensor to write has another number of bytes than its shape and type need.',
        action: 'Correct the shape or the data.',
      },
      TENSOR_F16_OVERFLOW: {
        kinds: ['misuse'],
        meaning: 'A value is out of range for float16 (±65504).',
        action: 'Keep the tensor as float32.',
      },
    },
  },
  'Graphs and operators': {
    action: 'Check the description of the network: `wjpeg inspect` prints it as it was understood.',
    codes: {
      GRAPH_SHAPE: {
        kinds: ['corrupt'],
        meaning:
          'Shapes of values, constants or attributes do not fit an operator; the message names the node.',
      },
      GRAPH_CYCLE: { kinds: ['corrupt'], meaning: 'Nodes wait for each other: the graph has a cycle.' },
      GRAPH_MISSING_VALUE: {
        kinds: ['corrupt'],
        meaning: 'A node or output names a value that nothing gives.',
      },
      GRAPH_DUPLICATE_VALUE: {
        kinds: ['corrupt'],
        meaning: 'Two nodes or inputs give a value of the same name.',
      },
      GRAPH_NOT_A_CHAIN: {
        kinds: ['unsupported'],
        meaning: 'The model is a graph of operators, where a chain of linear layers was expected.',
        action: 'Use a session, which runs graphs: `wjpeg-infer`, `InferenceSession`.',
      },
      GRAPH_LIMIT: {
        kinds: ['limit'],
        meaning:
          'The graph has more nodes, its values more elements, or it takes more multiplications than the limits allow.',
        action: 'Split the network: these limits are fixed.',
      },
      ONNX_INVALID: {
        kinds: ['corrupt', 'unsupported'],
        meaning:
          'The file is no ONNX model that can be read: cut short, another opset, or inputs and outputs that are no tensors.',
        action: 'Export the model again, opset 7 to 21, with the batch as the first axis.',
      },
      ONNX_INPUT_SHAPE: {
        kinds: ['misuse'],
        meaning: 'The model leaves sizes of an input open, or a size was given that does not fit.',
        action: 'Give the size of the input that the message names, with --input-shape or `inputShapes`.',
      },
      ONNX_TENSOR: {
        kinds: ['corrupt'],
        meaning:
          'A tensor of an ONNX model has fewer or more bytes than it declares, a type that is not read, or lies in a file that is missing or outside of the folder of the model.',
        action: 'Save the model again, with its weights inside the file.',
      },
      OPERATOR_UNKNOWN: {
        kinds: ['unsupported'],
        meaning: 'The network uses operators, or forms of them, that wjpeg does not know; all are listed.',
      },
      OPERATOR_UNAVAILABLE: {
        kinds: ['unavailable'],
        meaning: 'The backend cannot run some of the operators of the network; all are listed.',
        action: 'Use backend `wasm` or `reference`.',
      },
    },
  },
  'Networks to compress': {
    action:
      'wjpeg reads chains of linear layers with ReLU and softmax: export such a network, or a part of one.',
    codes: {
      MODEL_NO_LAYERS: { kinds: ['unsupported'], meaning: 'The file has no weight matrix.' },
      MODEL_UNSUPPORTED_TENSOR: {
        kinds: ['unsupported'],
        meaning: 'A tensor does not belong to a linear layer.',
      },
      MODEL_EMPTY_TENSOR: { kinds: ['unsupported'], meaning: 'A weight matrix has no elements.' },
      MODEL_BIAS_SHAPE: {
        kinds: ['unsupported'],
        meaning: 'A bias does not have one value per output of its layer.',
      },
      MODEL_NOT_FINITE: {
        kinds: ['corrupt'],
        meaning: 'A weight or bias is NaN or infinite.',
        action: 'Export the network again; training may have diverged.',
      },
      MODEL_BAD_CHAIN: {
        kinds: ['unsupported'],
        meaning: 'The layers do not form a chain: outputs of one do not match the inputs of the next.',
        action: 'Name the order of the layers (`architecture`, `--architecture`).',
      },
      MODEL_AMBIGUOUS_ORDER: {
        kinds: ['unsupported'],
        meaning:
          'The layers fit one to the next in more than one order, and nothing in the file says which is right.',
        action: 'Name the order (`architecture`, `--architecture`); the message lists the candidates.',
      },
      MODEL_WRONG_FILE: {
        kinds: ['unsupported', 'corrupt'],
        meaning:
          'The file is neither weights nor a model of wjpeg, whichever was expected, or only a part of them.',
        action: 'Give the file that was expected, or make it as the message says (docs/guide.md).',
      },
      MODEL_NOT_COMPRESSED: {
        kinds: ['unsupported'],
        meaning: 'The file is a network in another format where a model of wjpeg was expected.',
        action: 'Compress it, as the message says.',
      },
      MODEL_UNKNOWN_LAYER: {
        kinds: ['unsupported'],
        meaning: 'The architecture names a layer that the file does not contain.',
        action: 'Correct the architecture; the message lists the layers.',
      },
      MODEL_UNUSED_LAYER: {
        kinds: ['unsupported'],
        meaning: 'The architecture omits a layer of the file.',
        action: 'Add the layer to the architecture.',
      },
      ARCHITECTURE_MISSING: {
        kinds: ['misuse'],
        meaning:
          'A safetensors file has convolutions, and nothing says how its layers follow one another; the message says what fits.',
        action: 'Give `--architecture`: a name or a description (docs/architectures.md).',
      },
      ARCHITECTURE_INVALID: {
        kinds: ['misuse'],
        meaning:
          'A description of a network is no JSON, or a field of it is wrong; the message names the field.',
        action: 'Correct the description: docs/architectures.md says what it may hold.',
      },
      ARCHITECTURE_TENSORS: {
        kinds: ['misuse'],
        meaning:
          'The tensors of a file are not those of the architecture: names are missing or left over, or shapes differ.',
        action:
          'Correct the names (`weights`) of the description; `wjpeg architecture NAME --like FILE` writes them.',
      },
      ARCHITECTURE_UNKNOWN: {
        kinds: ['misuse'],
        meaning: 'No network that is known by name is called so.',
        action: 'Take a name that the message lists, or describe the network in a JSON file.',
      },
    },
  },
  'Compression and training': {
    action: 'Correct the option; the message names it.',
    codes: {
      COMPRESS_UNKNOWN_LAYER: {
        kinds: ['misuse'],
        meaning: 'An option names a layer that the network does not have.',
      },
      COMPRESS_INPUTS: {
        kinds: ['unsupported'],
        meaning: 'The network has several inputs; those that are compressed have one.',
      },
      COMPRESS_TOO_LARGE: {
        kinds: ['misuse'],
        meaning:
          'A chosen layer would be a picture with a side above 65,535 samples, which no JPEG can have.',
        action: 'Leave the layer out of `layers`; `auto` keeps it as a tensor.',
      },
      COMPRESS_NO_PICTURE: {
        kinds: ['misuse'],
        meaning: 'A layer cannot be stored as one picture per neuron because its input is not a picture.',
        action: 'Store the layer as a matrix, or state the picture size (`--input 28x28`).',
      },
      COMPRESS_F16_OVERFLOW: {
        kinds: ['misuse'],
        meaning: 'A tensor kept as float16 has a value that is out of range (±65504).',
        action: 'Keep the tensors as float32 (`rest`).',
      },
      COMPRESS_MAX_ERROR: {
        kinds: ['misuse'],
        meaning: 'The bound on the relative error of a compression is not a number above 0.',
      },
      CALIBRATION_SIZE: {
        kinds: ['misuse'],
        meaning: 'The folder has no training pictures beyond those that are held out.',
      },
      CALIBRATION_SINGULAR: {
        kinds: ['misuse'],
        meaning: 'The calibration set is rank-deficient.',
        action: 'Add samples or increase the damping.',
      },
      TARGET_UNREACHABLE: {
        kinds: ['misuse'],
        meaning: 'No quality reaches the requested size or accuracy.',
        action: 'Relax the target; the message states what is possible.',
      },
      SHEET_TOO_LARGE: {
        kinds: ['unsupported'],
        meaning: 'A layer as one picture would exceed 65,535 samples per side, the maximum of JPEG.',
        action: 'Store the layer as a tensor or in another layout.',
      },
      INPUT_SIZE: {
        kinds: ['misuse'],
        meaning: 'The picture size given for the input does not match the first layer.',
      },
      DATA_SIZE: { kinds: ['misuse'], meaning: 'The labelled pictures are not of the size the model takes.' },
      DATA_LABEL: { kinds: ['misuse'], meaning: 'A label is not below the number of outputs of the model.' },
      REPORT_CLASSES: {
        kinds: ['limit'],
        meaning: 'The model has too many outputs for a confusion matrix.',
        action: 'Leave out `--data`, and measure accuracy with `wjpeg eval`.',
      },
      TRAIN_START: {
        kinds: ['misuse'],
        meaning: 'The network does not take the pictures, or does not give one number per class.',
      },
      TRAIN_TEACHER: {
        kinds: ['misuse', 'unsupported'],
        meaning: 'The teacher takes other pictures than the network in training, or gives other classes.',
      },
      TRAIN_OPERATOR: {
        kinds: ['unsupported'],
        meaning: 'The network has operators that cannot be trained.',
        action: 'Choose a network of the operators that the message lists.',
      },
      TRAIN_DIVERGED: {
        kinds: ['misuse'],
        meaning: 'The loss is no number any more.',
        action: 'Choose a lower learning rate; a checkpoint holds the state before that epoch.',
      },
      NET_UNKNOWN: {
        kinds: ['misuse'],
        meaning: 'No network to train has that name, or its sizes are no whole numbers.',
      },
      NET_INVALID: {
        kinds: ['misuse'],
        meaning: 'The description of a network to train is invalid.',
        action: 'Correct the field that the message names: docs/training.md describes them.',
      },
      TRAIN_TOO_FEW: { kinds: ['misuse'], meaning: 'There are fewer training pictures than one batch.' },
      TRAIN_LABEL: { kinds: ['corrupt'], meaning: 'A label is not below the number of outputs.' },
      TRAIN_MEMORY: {
        kinds: ['unavailable', 'misuse'],
        meaning: 'Memory for training could not be allocated.',
        action: 'Choose a smaller network or batch.',
      },
      TRAIN_NO_SIMD: {
        kinds: ['unavailable'],
        meaning: 'Training needs WebAssembly SIMD, which this environment lacks.',
        action: 'Use a current Node.js or browser.',
      },
      CHECKPOINT_STATE: {
        kinds: ['corrupt'],
        meaning: 'The file is not a checkpoint, or its state is invalid.',
        action: 'Continue from another checkpoint or start again.',
      },
      CHECKPOINT_TENSOR: {
        kinds: ['corrupt'],
        meaning: 'A tensor of the checkpoint is missing or has the wrong shape.',
        action: 'Continue from another checkpoint or start again.',
      },
      CHECKPOINT_OTHER_RUN: {
        kinds: ['misuse'],
        meaning: 'The checkpoint belongs to a run with other options or data.',
        action: 'Use the same options and data as that run.',
      },
    },
  },
  Export: {
    action: 'Export another form of the network, or less of it.',
    codes: {
      EXPORT_OPERATOR: {
        kinds: ['unsupported'],
        meaning:
          'Nodes of the network have operators that the format has no form for, or C: no chain of operators that it has code for.',
        action:
          'Write the network with other operators before it is compressed; docs/microcontrollers.md lists those of C.',
      },
      EXPORT_TOO_LARGE: {
        kinds: ['limit'],
        meaning: 'More weights than an ONNX file (2 GiB) or a C program (2^24) can have.',
        action:
          'ONNX: export them as float16 (`--type float16`) or as coefficients (`--coefficients`). C: a smaller network.',
      },
    },
  },
  'Labelled pictures (IDX)': {
    action: 'Fetch the files again (`npm run data` fetches MNIST).',
    codes: {
      IDX_MISSING: { kinds: ['unavailable'], meaning: 'The folder does not contain the expected file.' },
      IDX_FORMAT: {
        kinds: ['corrupt', 'unsupported'],
        meaning: 'The file is not a valid IDX file of bytes.',
      },
      IDX_GZIP: { kinds: ['corrupt'], meaning: 'The file is not a complete gzip file.' },
      IDX_COUNT: {
        kinds: ['corrupt'],
        meaning: 'The number of pictures and of labels differ, or there are none.',
      },
    },
  },
  'Labelled pictures (folders)': {
    action: 'Put the PNG or JPEG files of each class into a folder of their own (docs/training.md).',
    codes: {
      FOLDER_EMPTY: {
        kinds: ['unavailable'],
        meaning: 'The folder has no folders of pictures, or none of its pictures can be read.',
      },
      FOLDER_CLASSES: {
        kinds: ['misuse', 'limit'],
        meaning:
          'The folder has one class, more than 256, two whose names differ in case only, or one that training lacks.',
        action: 'Rename or move the folders.',
      },
      FOLDER_LABEL: {
        kinds: ['misuse', 'limit'],
        meaning: 'A class of the folder is not among the labels of the model, or behind its first 256.',
        action: 'Name the folders as the labels of the model; `wjpeg inspect` lists them.',
      },
      FOLDER_TOO_LARGE: {
        kinds: ['limit'],
        meaning: 'The samples of all pictures do not fit the memory that they may take.',
        action: 'Choose a smaller `--size`.',
      },
    },
  },
  Programs: {
    action: 'Correct the argument; the message names it.',
    codes: {
      SERVE_NAME: {
        kinds: ['misuse'],
        meaning:
          'Models of `wjpeg serve` have the same name and version, or a folder does not hold one model.',
        action: 'Name each: `name=path` or `name:version=path`.',
      },
      SERVE_ADDRESS: {
        kinds: ['unavailable'],
        meaning: 'The server cannot listen on that address and port.',
        action: 'Choose another `--host` or `--port`; the message says why.',
      },
      SCORE_SHARD: {
        kinds: ['misuse'],
        meaning: 'Variables of a scheduler do not say which shard of how many is to be scored.',
        action: 'State it with `--shard i/n`, or the number with `--shards`.',
      },
      SCORE_LIST: {
        kinds: ['corrupt'],
        meaning: 'What `wjpeg score --list` reads is no list of names.',
        action: 'Give one name per line, or with `-0` each ended by NUL.',
      },
      SCORE_TAR: {
        kinds: ['corrupt'],
        meaning: 'What `wjpeg score --tar` reads is no tar archive, or is cut.',
        action: 'Check the archive; unpack a compressed one on the way.',
      },
      SCORE_OUTPUT_EXISTS: {
        kinds: ['misuse'],
        meaning: 'The output of `wjpeg score` has something in it already. Nothing was changed.',
        action: 'Go on with `--resume`, or remove it, or name another.',
      },
      SCORE_OTHER_RUN: {
        kinds: ['misuse'],
        meaning:
          'The output to go on with is of another model, other inputs or other options. Nothing was changed.',
        action: 'Use those that it was begun with, or name another output.',
      },
      NO_PICTURE: { kinds: ['misuse'], meaning: 'A model was given without a picture to classify.' },
      NO_SUCH_LAYER: { kinds: ['misuse'], meaning: 'The model has no layer of this name.' },
      NO_SUCH_NEURON: { kinds: ['misuse'], meaning: 'The layer has no neuron of this index.' },
      NEURON_NO_PICTURE: {
        kinds: ['misuse'],
        meaning: 'The neurons of this layer are not stored as pictures.',
      },
      VERIFY_FAILED: {
        kinds: ['corrupt'],
        meaning: '`wjpeg verify` found a backend whose outputs differ by more than the tolerance.',
        action: 'Report the model and the machine.',
      },
      NO_MODEL: { kinds: ['misuse'], meaning: 'The web page has no model to run the picture on.' },
      DENSE_WITHOUT_MODEL: {
        kinds: ['misuse'],
        meaning: 'The web page has no model to compare original weights with.',
      },
    },
  },
  'Tools of the repository': {
    action: 'Not part of the package; the message says what to do.',
    codes: {
      DATA_FETCH: { kinds: ['unavailable'], meaning: 'No mirror of MNIST sent the file.' },
      DATA_MIRRORS: { kinds: ['misuse'], meaning: 'No usable mirror was named.' },
      DATA_WRONG: { kinds: ['unavailable'], meaning: 'A file of MNIST is missing or has another checksum.' },
      NO_REFERENCE: { kinds: ['misuse'], meaning: 'The reference model is not configured.' },
      PAGE_MEASURE: { kinds: ['unavailable'], meaning: 'Chromium did not report when a page was painted.' },
      RECORDING: {
        kinds: ['unavailable', 'limit'],
        meaning: 'The page could not be recorded for the README, or the recording is too large.',
      },
      RUNTIME: {
        kinds: ['unavailable', 'corrupt'],
        meaning: 'Another runtime (Bun, Deno) is not installed, or answers otherwise than Node.js.',
      },
      PORT_TAKEN: { kinds: ['unavailable'], meaning: 'The port of the web server is in use.' },
      TRAIN_FAILED: { kinds: ['unavailable'], meaning: 'A training run ended with an error.' },
      BENCH_DISAGREES: {
        kinds: ['corrupt'],
        meaning: 'A subject of a benchmark gives different answers, so it was not timed.',
      },
      FRONTIER_NET: {
        kinds: ['misuse'],
        meaning: 'A network of the size/accuracy study has other layer sizes.',
      },
    },
  },
} as const;

/**
 * The code of a WjpegError, like `JPEG_TRUNCATED`. docs/errors.md lists all, with meaning and advice.
 */
export type ErrorCode = {
  [S in keyof typeof ERROR_CODES]: keyof (typeof ERROR_CODES)[S]['codes'];
}[keyof typeof ERROR_CODES];
