/**
 * npm run endurance -- --of page-training [--trainings N]
 * npm run endurance -- [--inferences N] [--sessions N] [--threaded N] [--at-once N] [--rounds N] [--allowance MIB] [--model FILE]
 *
 * Long runs of the compiled library in one process: a million inferences, 10,000 sessions, 64 at once. Every answer must
 * be the first one to the bit, and that one within 1e-5 of the exact one; memory must not grow after the warm-up.
 * Prints what was done, the resident set on the way, and ends with exit code 1 if an answer was wrong or memory grew.
 *
 * `--of page-training` has Chromium train a network 100 times in one page, and prints what the page holds on the way.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { relativeError } from '../../src/runtime/oracle.ts';
import { evaluationInputs } from '../../src/runtime/sample-inputs.ts';
import { describeMachine } from '../machine.ts';
import { judgeGrowth } from './memory-watch.ts';
import {
  answersOf,
  manyInferences,
  manySessions,
  manyThreadedSessions,
  type PhaseReport,
  sessionsAtOnce,
} from './phases.ts';

const root = join(import.meta.dirname, '..', '..');
const { of, trainings, inferences, sessions, threaded, atOnce, rounds, allowance, model } = yargs(
  hideBin(process.argv),
)
  .options({
    of: { choices: ['sessions', 'page-training'] as const, default: 'sessions' as const },
    trainings: { number: true, default: 100 },
    inferences: { number: true, default: 1_000_000 },
    sessions: { number: true, default: 10_000 },
    threaded: { number: true, default: 1000 },
    atOnce: { number: true, default: 64 },
    rounds: { number: true, default: 100 },
    // A leak of 2.5 KB a session, or of 25 bytes an inference, comes to more in a full run.
    allowance: { number: true, default: 24 },
    model: { string: true, default: join(root, 'data', 'mnist-mlp-512-trained.wjz') },
  })
  .strict()
  .parseSync();

const MIB = 2 ** 20;
const TOLERANCE = 1e-5;

if (of === 'page-training') {
  const { endurePageTraining } = await import('./page-training.ts');
  process.exitCode = (await endurePageTraining(trainings, allowance * MIB)) ? 0 : 1;
} else {
  await endureSessions();
}

async function endureSessions(): Promise<void> {
  const library = pathToFileURL(join(root, 'dist', 'src', 'index.js')).href;
  const { InferenceSession } = (await import(library)) as typeof import('../../src/index.ts');
  const bytes = readFileSync(model);
  const create = (options = {}) => InferenceSession.create(bytes, { backends: ['wasm'], ...options });
  const { input } = await create();
  const inputs = evaluationInputs(input, 64);
  const answers = await answersOf({ create, inputs });
  const exact = await answersOf({ create, inputs }, { backends: ['reference'] });
  const error = Math.max(...answers.map((logits, i) => relativeError(logits, exact[i])));
  console.log(
    `${describeMachine()}; wasm, ${model}; first answers within ${error.toExponential(1)} of reference`,
  );
  if (!(error <= TOLERANCE)) process.exitCode = 1;

  const questions = { create, inputs, answers };
  const phases: readonly (() => Promise<PhaseReport>)[] = [
    () => manyInferences(questions, inferences),
    () => manySessions(questions, sessions),
    () => manyThreadedSessions(questions, threaded),
    () => sessionsAtOnce(questions, atOnce, rounds),
  ];
  for (const phase of phases) {
    const { what, count, wrong, seconds, samples } = await phase();
    const { warm, end, max, grows } = judgeGrowth(samples, allowance * MIB);
    const [atWarm, atEnd, atMost] = [warm, end, max].map((size) => (size / MIB).toFixed(1));
    console.log(
      `${count} ${what}: ${wrong} wrong, ${seconds.toFixed(1)} s; resident ${atWarm} MiB after warm-up, ` +
        `${atEnd} MiB at the end, ${atMost} MiB at most${grows ? ': IT GROWS' : ''}`,
    );
    if (wrong > 0 || grows) process.exitCode = 1;
  }
}
