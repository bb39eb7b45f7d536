import type { ErrorCode, ErrorKind } from '../../../error-codes.ts';
import type { PlannedGraph } from '../../../graph/graph.ts';
import type { ExecutorOptions, InputKind, ResidentBytes } from '../backend.ts';

/** What a thread that runs graphs is told: first what it runs, then one job after another. */
export type ToGraphThread =
  | { readonly graph: PlannedGraph; readonly options: ExecutorOptions }
  | { readonly job: GraphJob };

/** A share of a batch. */
export interface GraphJob {
  readonly id: number;
  readonly inputs: readonly Float32Array[];
  readonly kind: InputKind;
  readonly images: number;
  /** Image of the batch with which it begins, and images of the whole batch. */
  readonly first: number;
  readonly whole: number;
}

/** What it answers, jobs by their `id`. An error without one: it cannot go on. */
export type FromGraphThread =
  | { readonly resident: ResidentBytes; readonly peakBytes: number }
  | { readonly id: number; readonly outputs: readonly Float32Array[]; readonly peakBytes: number }
  | { readonly id: number; readonly error: ErrorText }
  | { readonly lost: string };

/** A `WjpegError`; the other thread would get it as an `Error` without code. */
export interface ErrorText {
  readonly kind: ErrorKind;
  readonly code: ErrorCode;
  readonly message: string;
}
