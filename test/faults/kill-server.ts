import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startServing } from '../../bench/serve/start.ts';
import { mulberry32 } from '../../src/random.ts';
import { relativeError } from '../../src/runtime/oracle.ts';
import { evaluationInputs } from '../../src/runtime/sample-inputs.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import { startWjpeg } from './programs.ts';

const MODEL = join(import.meta.dirname, '..', '..', 'data', 'mnist-mlp-512-trained.wjz');
const CLIENTS = 8;
/** Under load a server lives so many milliseconds at most after every client has had an answer. */
const MAX_LIFE = 300;
/** In batches the last bits may differ. */
const TOLERANCE = 1e-5;
/** Milliseconds after a start in which every client must have had an answer, on a machine that is busy. */
const PATIENCE = 60_000;

export interface ServerKillReport {
  readonly whileStarting: number;
  readonly underLoad: number;
  /** Requests that were answered, and those whose connection broke off or was refused, which clients send again. */
  readonly answered: number;
  readonly lost: number;
  readonly failures: readonly string[];
}

/**
 * Kills `wjpeg serve` with SIGKILL at `times` random moments, every fourth time while it starts, else while clients send it
 * requests one after another, and starts it again on the same port. Every answer must be the right one, and after each
 * start each client must get one.
 */
export async function killServerAtRandomMoments(times: number, seed: number): Promise<ServerKillReport> {
  const random = mulberry32(seed);
  const session = await InferenceSession.create(readFileSync(MODEL), { backends: ['reference'] });
  const inputs = evaluationInputs(session.input, CLIENTS);
  const exact = await Promise.all(inputs.map((input) => session.runBatch(input, 1)));
  session.dispose();

  const words = [MODEL, '--workers', '1', '--log', 'none'];
  const begun = performance.now();
  const first = await startServing(words);
  const startUp = performance.now() - begun;
  first.child.kill('SIGKILL');
  await first.ended;
  const samePort = [...words, '--port', `${first.port}`];
  const url = `http://127.0.0.1:${first.port}/v2/models/mnist-mlp-512-trained/infer`;

  const report = { whileStarting: 0, underLoad: 0, answered: 0, lost: 0, failures: [] as string[] };
  /** Clients that have had an answer since the server was started. */
  const served = new Set<number>();
  let isOver = false;
  const client = async (which: number): Promise<void> => {
    const [shape, data] = [[1, inputs[which].length], [...inputs[which]]];
    const tensor = { name: 'input', datatype: 'FP32', shape, data };
    const body = JSON.stringify({ inputs: [tensor], outputs: [{ name: 'logits' }] });
    while (!isOver) {
      try {
        const response = await fetch(url, { method: 'POST', body });
        const text = await response.text();
        const logits = response.ok ? Float32Array.from(JSON.parse(text).outputs[0].data) : undefined;
        if (!logits || !(relativeError(logits, exact[which]) <= TOLERANCE))
          report.failures.push(`client ${which}: ${response.status} ${text}`);
        report.answered++;
        served.add(which);
      } catch (error) {
        // What fetch throws where there is no connection, or it breaks off.
        if (!(error instanceof TypeError)) report.failures.push(`client ${which}: ${error}`);
        report.lost++;
        await pause(20);
      }
    }
  };
  const clients = Promise.all(inputs.map((_, which) => client(which)));

  /** A server under load; ends it `milliseconds` after every client has had an answer. */
  const live = async (milliseconds: number): Promise<void> => {
    const { child, ended } = await startServing(samePort);
    served.clear();
    for (const deadline = performance.now() + PATIENCE; served.size < CLIENTS; ) {
      if (performance.now() > deadline) {
        const { underLoad, whileStarting } = report;
        report.failures.push(
          `after kill ${underLoad + whileStarting}: ${CLIENTS - served.size} clients got no answer in a minute`,
        );
        break;
      }
      await pause(2);
    }
    await pause(milliseconds);
    child.kill('SIGKILL');
    await ended;
  };
  for (let time = 0; time < times; time++) {
    if (time % 4 !== 3) {
      await live(random() * MAX_LIFE);
      report.underLoad++;
      continue;
    }
    const { child, ended } = startWjpeg(['serve', ...samePort]);
    const timer = setTimeout(() => void child.kill('SIGKILL'), random() * startUp);
    const { signal, code, stderr } = await ended;
    clearTimeout(timer);
    if (signal !== 'SIGKILL') report.failures.push(`kill ${time}: it ended with ${code}: ${stderr}`);
    report.whileStarting++;
  }
  await live(0);
  isOver = true;
  await clients;
  return report;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
