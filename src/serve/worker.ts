import { readWjz } from '../format/read.ts';
import type { Done } from '../node/workers/do-jobs.ts';
import { type ErrorText, errorText } from '../node/workers/messages.ts';
import type { ExecutorOptions } from '../runtime/backends/backend.ts';
import type { BackendPreference } from '../runtime/backends/choose.ts';
import { InferenceSession } from '../runtime/session.ts';
import { Tensor } from '../runtime/tensor.ts';
import type { RequestInput } from './infer-request.ts';

/** What the threads of the server are given when they start. */
export interface ServeSettings {
  readonly role: 'serve';
  /** Files of models. */
  readonly models: readonly Uint8Array[];
  readonly backends: BackendPreference;
  readonly precision: ExecutorOptions['precision'];
  readonly maxPixels: number;
}

/** Inputs of several requests for one model. */
export interface BatchJob {
  /** Index of the model. */
  readonly model: number;
  readonly inputs: readonly RequestInput[];
}

/** Outputs of a request, in the order of the model, one input after another, and what decoders had to overlook in its pictures. */
export interface RequestOutputs {
  readonly outputs: readonly Float32Array[];
  readonly warnings: readonly string[];
}

/** Per request its outputs, or why there are none. */
export type BatchResult = readonly (RequestOutputs | { readonly error: ErrorText })[];

/** Opens the models; the function that it gives runs batches. */
export async function beginServing(
  settings: ServeSettings,
): Promise<(job: BatchJob) => Promise<Done<BatchResult>>> {
  const { backends, precision, maxPixels } = settings;
  const sessions: InferenceSession[] = [];
  for (const bytes of settings.models) {
    const options = { backends, precision, pictureLimits: { maxPixels } };
    sessions.push(await InferenceSession.fromFile(readWjz(bytes), options));
  }
  return async ({ model, inputs }) => {
    const session = sessions[model];
    // One request with a wrong input must not fail those beside it.
    const together = await runTogether(session, inputs).catch(() => undefined);
    const result = together ?? (await Promise.all(inputs.map((input) => runAlone(session, input))));
    const transfer = result.flatMap((one) =>
      'outputs' in one ? one.outputs.map(({ buffer }) => buffer as ArrayBuffer) : [],
    );
    return { result, transfer };
  };
}

async function runAlone(session: InferenceSession, input: RequestInput): Promise<BatchResult[number]> {
  try {
    return (await runTogether(session, [input]))[0];
  } catch (error) {
    return { error: errorText(error) };
  }
}

/** One batch of all values; pictures that enter as coefficients run one by one. */
async function runTogether(
  session: InferenceSession,
  inputs: readonly RequestInput[],
): Promise<RequestOutputs[]> {
  const { inFeatures } = session;
  const count = inputs.reduce((sum, input) => sum + input.count, 0);
  const values = new Float32Array(count * inFeatures);
  const places: number[] = [];
  const logits: (Float32Array | undefined)[] = [];
  const warnings = inputs.map((): string[] => []);
  let at = 0;
  for (const [request, input] of inputs.entries()) {
    if (input.kind === 'values') {
      values.set(input.values, places.length * inFeatures);
      for (let i = 0; i < input.count; i++) places.push(at++);
      continue;
    }
    for (const [index, picture] of input.pictures.entries()) {
      const prepared = await session.prepare(picture);
      for (const warning of prepared.report?.warnings ?? [])
        warnings[request].push(input.count === 1 ? warning : `input ${index}: ${warning}`);
      if (prepared.kind === 'values') {
        values.set(prepared.values, places.length * inFeatures);
        places.push(at);
      } else logits[at] = await session.runPrepared(prepared);
      at++;
    }
  }
  const outputs = await runValues(session, values.subarray(0, places.length * inFeatures), places.length);
  const widths = session.outputMetadata.map(({ shape }) => widthOf(shape));
  let first = 0;
  return inputs.map((input, request) => {
    const own = widths.map((width) => new Float32Array(input.count * width));
    for (let i = 0; i < input.count; i++) {
      const alone = logits[first + i];
      const row = places.indexOf(first + i);
      own.forEach((output, o) => {
        const width = widths[o];
        output.set(alone ?? outputs[o].subarray(row * width, (row + 1) * width), i * width);
      });
    }
    first += input.count;
    return { outputs: own, warnings: warnings[request] };
  });
}

async function runValues(
  session: InferenceSession,
  values: Float32Array,
  count: number,
): Promise<Float32Array[]> {
  if (count === 0) return session.outputMetadata.map(() => new Float32Array(0));
  if (session.outputMetadata.length === 1) return [await session.runBatch(values, count)];
  const [{ name }] = session.inputMetadata;
  const given = await session.run({ [name]: new Tensor(values, [count, session.inFeatures]) });
  return session.outputMetadata.map((output) => given[output.name].data);
}

/** Values per input. */
function widthOf(shape: readonly ('batch' | number)[]): number {
  return shape.slice(1).reduce<number>((all, extent) => all * (extent as number), 1);
}
