import { networkGraph } from '../../src/exporters/network.ts';
import { exportOnnx } from '../../src/exporters/onnx/index.ts';
import { inputShape } from '../../src/format/graph-manifest.ts';
import type { WjzFile } from '../../src/format/read.ts';
import { planGraph } from '../../src/graph/plan.ts';
import { comparedSession, exactNetwork } from '../../src/runtime/exact-network.ts';
import { GraphOracle } from '../../src/runtime/graph/graph-oracle.ts';
import type { SessionOptions } from '../../src/runtime/options.ts';
import type { BoundedLogits } from '../../src/runtime/oracle.ts';
import type { Path } from '../../src/runtime/path.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import { compareWithOracle, verifyAgainstOracle } from '../../src/runtime/verify.ts';
import { logitError, programLogits, referenceLogits, strokes, tried } from '../exporters/c/models.ts';
import { hasOnnxRuntime, runOnnx } from '../exporters/onnx/onnxruntime.ts';
import type { DrawnNetwork } from './networks.ts';

/** Threads are workers with a file of their own, which the build makes. */
const BUILT = new URL('../../dist/node/index.js', import.meta.url).href;
const { InferenceSession: Built } = (await import(BUILT)) as typeof import('../../src/index.ts');

/** A way to run a network, and the part of its tolerance that its largest error had: more than 1 is a failure. */
export interface Share {
  readonly way: string;
  readonly share: number;
}

/** Threads split batches of this many and more; inputs are repeated to make one. */
const BATCH = 70;
/** Errors of `int16` are not derived but measured: docs/performance.md; single inputs, and batches. */
const INT16_ERROR = { single: 1e-3, batch: 0.1 } as const;

/** Ways to run a stored network on the CPU. */
const WAYS: readonly { readonly path: Path; readonly options: SessionOptions; readonly batch?: number }[] = [
  { path: 'coefficient', options: { backends: ['reference'] } },
  { path: 'coefficient', options: { backends: ['wasm'] } },
  { path: 'coefficient', options: { backends: ['wasm'], memory: 'compact' } },
  { path: 'coefficient', options: { backends: ['wasm'], memory: 'stream' } },
  { path: 'coefficient', options: { backends: ['wasm'], threads: 2 }, batch: BATCH },
  { path: 'expanded', options: { backends: ['reference'] } },
  { path: 'expanded', options: { backends: ['wasm'] } },
  { path: 'dense', options: { backends: ['reference'] } },
  { path: 'dense', options: { backends: ['wasm'] } },
];

/** A network in all ways to run it on the CPU, and on onnxruntime where that is installed. */
export async function compareNetwork(network: DrawnNetwork): Promise<Share[]> {
  return [
    ...(await compareWays(network)),
    ...(await compareInt16(network)),
    ...(await compareOutputs(network)),
  ];
}

/**
 * Runs a network in all ways that there are on the CPU, in batches and singly, and compares with its exact answers, within the
 * tolerances of `wjpeg verify`: on the expanded and dense paths those of the weights that they have.
 */
async function compareWays({ bytes, file, dense, inputs }: DrawnNetwork): Promise<Share[]> {
  const shares: Share[] = [];
  for (const path of ['coefficient', 'expanded', 'dense'] as const) {
    const source = path === 'dense' ? { dense } : {};
    const { oracle, transform } = await exactNetwork(file, path, source);
    const answers = inputs.map((input) => oracle.runBounded(input));
    for (const { options, batch = inputs.length } of WAYS.filter((way) => way.path === path)) {
      const of = Array.from({ length: batch }, (_, at) => at % inputs.length);
      const session = options.threads
        ? await Built.create(bytes, { path, ...source, ...options })
        : await InferenceSession.fromFile(file, { path, ...source, ...options });
      const { passed, worst } = await verifyAgainstOracle(
        comparedSession(session, transform),
        of.map((at) => inputs[at]),
        of.map((at) => answers[at].logits),
        of.map((at) => answers[at].tolerances),
      );
      session.dispose();
      const share = worst.error === 0 ? 0 : worst.error / worst.tolerance;
      shares.push({ way: `${path} ${JSON.stringify(options)}`, share: passed ? share : Math.max(share, 2) });
    }
  }
  return shares;
}

/** As `compareWays`, in int16: of chains, where it has a stated error. */
async function compareInt16({ file, inputs }: DrawnNetwork): Promise<Share[]> {
  if (file.manifest.outputs !== undefined) return [];
  const { oracle, transform } = await exactNetwork(file, 'coefficient', {});
  const exact = inputs.map((input) => oracle.runBounded(input).logits);
  const session = await InferenceSession.fromFile(file, { backends: ['wasm'], precision: 'int16' });
  const worst = { single: 0, batch: 0 };
  // Of all inputs: one output may be near zero for one of them, of terms that cancel out.
  const magnitude = exact.reduce(
    (most, logits) => logits.reduce((max, value) => Math.max(max, Math.abs(value)), most),
    0,
  );
  await compareWithOracle(
    comparedSession(session, transform),
    inputs,
    exact,
    undefined,
    (input, form, logits) => {
      const error = logits.reduce((max, logit, at) => Math.max(max, Math.abs(logit - exact[input][at])), 0);
      const kind = form === 'batch' ? 'batch' : 'single';
      if (error > 0) worst[kind] = Math.max(worst[kind], error / magnitude);
    },
  );
  session.dispose();
  return (['single', 'batch'] as const).map((kind) => ({
    way: `int16, ${kind}`,
    share: worst[kind] / INT16_ERROR[kind],
  }));
}

/** The outputs that `session.run` gives, and those of onnxruntime for the exported model, weights once expanded and once as coefficients. */
async function compareOutputs({ file, inputs }: DrawnNetwork): Promise<Share[]> {
  const exact = await exactOutputs(file, inputs);
  const shares: Share[] = [];
  const shape = inputShape(file.manifest.input);
  for (const backend of ['reference', 'wasm'] as const) {
    const session = await InferenceSession.fromFile(file, { backends: [backend] });
    let share = 0;
    for (const [at, input] of inputs.entries()) {
      const given = await session.run({ input: { data: input, dims: [1, ...shape] } } as never);
      for (const [name, answers] of exact)
        share = Math.max(share, shareOf(given[name].data as Float32Array, [answers[at]]));
    }
    session.dispose();
    shares.push({ way: `run ${backend}`, share });
  }
  if (!hasOnnxRuntime) return shares;
  const batch = Float32Array.from(inputs.flatMap((input) => [...input]));
  for (const coefficients of [false, true]) {
    const onnx = await exportOnnx(file, { coefficients });
    for (const optimization of ['disabled', 'all'] as const) {
      const given = await runOnnx(onnx, [batch], inputs.length, optimization);
      let share = 0;
      for (const [name, answers] of exact)
        share = Math.max(share, shareOf(given.get(name)?.data ?? [], answers));
      shares.push({
        way: `onnxruntime${coefficients ? ', coefficients' : ''}, optimisation ${optimization}`,
        share,
      });
    }
  }
  return shares;
}

/** Exact answers of each output for each input. */
async function exactOutputs(
  file: WjzFile,
  inputs: readonly Float32Array[],
): Promise<ReadonlyMap<string, readonly BoundedLogits[]>> {
  const graph = await networkGraph(file);
  return new Map(
    graph.outputs.map((name) => {
      const oracle = new GraphOracle(planGraph({ ...graph, outputs: [name] }));
      return [name, inputs.map((input) => oracle.runBounded(input))];
    }),
  );
}

/** The largest part of a tolerance; Infinity for another number of values, or one that is none. */
function shareOf(given: ArrayLike<number>, exact: readonly BoundedLogits[]): number {
  const [{ logits }] = exact;
  if (given.length !== exact.length * logits.length) return Infinity;
  let worst = 0;
  for (const [at, answer] of exact.entries())
    for (const [index, value] of answer.logits.entries()) {
      const error = Math.abs(given[at * logits.length + index] - value);
      if (Number.isNaN(error)) return Infinity;
      if (error > 0) worst = Math.max(worst, error / answer.tolerances[index]);
    }
  return worst;
}

/** Root mean square of the error of C, whose integers have 16 bits, in parts of the logits': measured, up to 9% of drawn networks'. */
const C_ERROR = 0.15;
const C_PICTURES = 20;

/** The exported C, compiled with a sanitizer for what is undefined in C, beside the backend reference. */
export async function compareC(file: WjzFile): Promise<Share> {
  const network = await tried(file);
  const pictures = strokes(network.input, C_PICTURES);
  const program = network.program.buildHost(
    'host',
    '-O1',
    '-fsanitize=undefined',
    '-fno-sanitize-recover=all',
  );
  const given = programLogits(network, program, pictures);
  const exact = await referenceLogits(network, pictures);
  // With all weights rounded to zero there is nothing that an error could be a part of.
  const share = exact.flatMap((logits) => [...logits]).some(Boolean)
    ? logitError(given, exact) / C_ERROR
    : given.flatMap((logits) => [...logits]).some(Boolean)
      ? Infinity
      : 0;
  return { way: 'C', share };
}
