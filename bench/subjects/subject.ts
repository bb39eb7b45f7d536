import type { BackendName, MemoryMode, Precision } from '../../src/runtime/backends/backend.ts';
import type { Path } from '../../src/runtime/path.ts';

/** Something that answers, to be timed beside others. Each runs in a process of its own. */
export interface Subject {
  /** What really runs, for people. */
  readonly detail: string;
  /** `batch` inputs to `batch` × O logits, through the public interface. */
  run(values: Float32Array, batch: number): Promise<Float32Array>;
  /** What it says that it holds, in bytes; absent where it says nothing. */
  memory?(): { readonly residentBytes: number; readonly peakBytes: number };
  dispose(): void;
}

/** What a child process opens. `model`: a file; its kind depends on who reads it. */
export type SubjectSpec = WjpegSpec | PeerSpec;

export interface WjpegSpec {
  readonly who: 'wjpeg';
  /** A .wjz. */
  readonly model: string;
  readonly backend: BackendName;
  readonly path: Path;
  readonly precision: Precision;
  readonly memory: MemoryMode;
  readonly threads: number;
  /** A safetensors file, for the path `dense`. */
  readonly dense?: string;
}

export type PeerName = 'onnxruntime-node' | 'onnxruntime-web' | 'tfjs-wasm';

export interface PeerSpec {
  readonly who: PeerName;
  /** An .onnx file; a safetensors file for TensorFlow.js where no `shape` is given. */
  readonly model: string;
  readonly threads: number;
  /** Of an input, free of the batch; one axis if absent. */
  readonly shape?: readonly number[];
}

/** What a child process is asked. Batch `b` of a size is inputs b·batch, b·batch + 1, … of the loaded ones. */
export type Request =
  | { readonly ask: 'open'; readonly spec: SubjectSpec }
  /** Float32 values in a file, one input after another. */
  | { readonly ask: 'load'; readonly file: string; readonly inFeatures: number }
  | { readonly ask: 'answer'; readonly batch: number; readonly index: number }
  /** Times `calls` calls, one batch of the first `batches` after another. */
  | {
      readonly ask: 'time';
      readonly batch: number;
      readonly batches: number;
      readonly calls: number;
      /** Whether processor time of the whole process is asked for, which others on the machine hardly change. */
      readonly processor?: boolean;
    }
  | { readonly ask: 'memory' };

/** What it answers, by request. */
export interface Answers {
  readonly open: { readonly detail: string };
  readonly load: Record<string, never>;
  readonly answer: { readonly logits: Float32Array };
  /** Of all calls together. */
  readonly time: { readonly microseconds: number };
  readonly memory: MemoryAnswer;
}

export interface MemoryAnswer {
  /** As the subject says; absent where it says nothing. */
  readonly residentBytes?: number;
  readonly peakBytes?: number;
  /** Resident set of the whole process, in bytes. */
  readonly rss: number;
}

/** A failure, as it comes over the channel. */
export interface Refusal {
  readonly refused: string;
}
