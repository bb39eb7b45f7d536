import { WjpegError } from '../errors.ts';
import { readWjz } from '../format/read.ts';
import { writeWjz } from '../format/write.ts';
import { writeModel } from '../format/write-model.ts';
import type { Graph } from '../graph/graph.ts';
import type { LabelledPictures } from '../image/labelled-pictures.ts';
import { evaluate } from '../runtime/evaluate.ts';
import { InferenceSession } from '../runtime/session.ts';
import type { DenseNetwork } from '../weights/dense-network.ts';
import { type CompressResult, compress } from './compress.ts';
import { codingOf } from './compress-layer.ts';
import { compressGraph } from './graph/compress-graph.ts';
import type { CompressOptions } from './options.ts';
import type { Attempt } from './search.ts';

/** A network, and how it is to be stored. */
export interface CompressJob {
  /** A chain of linear layers, or a graph of any operators. */
  readonly network: DenseNetwork | Graph;
  readonly options: CompressOptions;
  /** Name of the file to be, which says what it is written as (`writeModel`); a `.wjz` without one. */
  readonly file?: string;
}

/** A job done: the file, and what is known of it. */
export interface Compressed extends Attempt {
  /** Undefined where none was named: tables were then chosen for a bound on the error. */
  readonly quality: number | undefined;
  readonly result: CompressResult;
  readonly file: Uint8Array;
}

/** `onProgress`: the part that is done, see `CompressOptions.onProgress`. */
export async function compressOnce(
  job: CompressJob,
  quality: number | undefined,
  onProgress: (part: number) => void = () => {},
): Promise<Compressed> {
  const options = { ...job.options, ...(quality !== undefined && { quality }), onProgress };
  const { file: name = '' } = job;
  const store = async (more: Partial<CompressOptions>): Promise<Compressed> => {
    const result = await compressNetwork(job.network, { ...options, ...more });
    const file = writeModel(result.content, { file: name, coding: codingOf(options) });
    return { quality, result, file, bytes: file.length, drop: NaN };
  };
  // Tables of their own suit layers better, as long as a JPEG can hold them.
  return store({}).catch((error: unknown) => {
    if (error instanceof WjpegError && error.code === 'MODEL_TABLES') return store({ sharedTable: true });
    throw error;
  });
}

async function compressNetwork(
  network: DenseNetwork | Graph,
  options: CompressOptions,
): Promise<CompressResult> {
  return 'nodes' in network ? compressGraph(network, options) : compress(network, options);
}

/** Accuracy of a `.wjz` file, 0…1. `onProgress`: the part that is done. */
export async function fileAccuracy(
  file: Uint8Array,
  pictures: LabelledPictures,
  onProgress: (part: number) => void = () => {},
): Promise<number> {
  const { count } = pictures;
  const session = await InferenceSession.fromFile(readWjz(file));
  try {
    const { correct } = await evaluate(session, pictures, count, (done) => onProgress(done / count));
    return correct / count;
  } finally {
    session.dispose();
  }
}

/** The original as a file: stored as float32 and nothing else. */
export async function uncompressed({ network, options }: CompressJob): Promise<Uint8Array> {
  const plain = { input: options.input, quality: 100, layers: [], rest: 'F32' } as const;
  return writeWjz((await compressNetwork(network, plain)).content);
}
