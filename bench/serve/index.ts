/**
 * npm run bench:serve -- [--model FILE] [--seconds N] [--connections N …]
 *
 * Requests per second, latency and CPU time of `wjpeg serve` beside a bare HTTP echo of the same library (bench/serve/echo.ts), by turns:
 * one input per request, as JSON and as binary data, and a picture. With --requests N it is a soak test: so many requests, of which
 * none may fail, and memory after each tenth: resident under load, and, when all threads have collected their garbage, resident and
 * retained (heaps and what they hold outside).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import autocannon from 'autocannon';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { runProgram } from '../../src/terminal/program.ts';
import { formatBytes, formatCount } from '../../src/text/numbers.ts';
import { describeMachine } from '../machine.ts';
import { type Serving, startServing } from './start.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const INPUTS = 784;
/** Of a soak test: clients at once, and parts after which it reports. */
const CONNECTIONS = 64;
const PARTS = 10;
/** Requests before that, in which code is compiled and heaps take their size. */
const WARM_UP = 20_000;
/** Bytes that memory without garbage may grow from the first tenth to the end: retained by JavaScript, and resident. */
const RETAINED_ALLOWANCE = 2 * 2 ** 20;
const RESIDENT_ALLOWANCE = 24 * 2 ** 20;
const REPORT_MEMORY = join(import.meta.dirname, 'report-memory.cjs');
/** Worker threads of a soak test; each reports, and the main thread. */
const WORKERS = 2;
/** Milliseconds for the garbage of all threads. */
const REPORT_TIMEOUT = 30_000;

await runProgram('bench:serve', async () => {
  const options = await yargs(hideBin(process.argv))
    .scriptName('npm run bench:serve --')
    .options({
      model: {
        type: 'string',
        default: join(ROOT, 'data', 'mnist-mlp-512-trained.wjz'),
        describe: 'Of 28×28',
      },
      seconds: { type: 'number', default: 10, describe: 'Per measurement' },
      connections: { type: 'number', array: true, default: [1, 64], describe: 'Clients at once' },
      requests: { type: 'number', describe: 'A soak test of so many requests' },
    })
    .strict()
    .parseAsync();
  const isSoak = options.requests !== undefined;
  const serving = await startServing(
    [`m=${options.model}`, '--log', 'none', ...(isSoak ? ['--workers', String(WORKERS)] : [])],
    [],
    // Unlike a word of the command line, a variable reaches the worker threads too.
    isSoak ? { NODE_OPTIONS: `--require ${REPORT_MEMORY}` } : {},
  );
  const echo = await startEcho();
  try {
    console.log(`${describeMachine()}, load ${loadavg()[0].toFixed(1)}; ${options.model}`);
    const url = `http://127.0.0.1:${serving.port}/v2/models/m/infer`;
    if (options.requests !== undefined) await soak(url, serving, options.requests);
    else {
      for (const connections of options.connections) {
        for (const [name, request] of Object.entries(requests())) {
          for (const [server, target, { pid }] of [
            ['echo', `http://127.0.0.1:${echo.port}/`, echo.child],
            ['wjpeg', url, serving.child],
          ] as const) {
            const before = cpuSeconds(pid);
            const result = await fire(target, request, { connections, duration: options.seconds });
            report(`${connections} connections, ${name}, ${server}`, result, cpuSeconds(pid) - before);
          }
        }
      }
    }
  } finally {
    serving.child.kill();
    echo.child.kill();
  }
});

interface Sent {
  readonly body: string | Buffer;
  readonly headers?: Record<string, string>;
}

/** One input per request: noise, or a picture. */
function requests(): Record<string, Sent> {
  const values = Float32Array.from({ length: INPUTS }, (_, i) => ((i * 7) % 17) / 17);
  const head = JSON.stringify({
    inputs: [
      { name: 'input', datatype: 'FP32', shape: [1, INPUTS], parameters: { binary_data_size: 4 * INPUTS } },
    ],
    outputs: [{ name: 'logits', parameters: { binary_data: true } }],
  });
  const input = {
    name: 'input',
    datatype: 'FP32',
    shape: [1, INPUTS],
    data: [...values].map((value) => Number(value.toFixed(4))),
  };
  return {
    JSON: { body: JSON.stringify({ inputs: [input], outputs: [{ name: 'logits' }] }) },
    binary: {
      body: Buffer.concat([Buffer.from(head), Buffer.from(values.buffer)]),
      headers: { 'Inference-Header-Content-Length': String(head.length) },
    },
    picture: {
      body: readFileSync(join(ROOT, 'data', 'pictures', 'digit-7.png')),
      headers: { 'Inference-Header-Content-Length': '0' },
    },
  };
}

function fire(
  url: string,
  { body, headers = {} }: Sent,
  how: { connections: number; duration?: number; amount?: number },
): Promise<autocannon.Result> {
  return autocannon({ url, method: 'POST', body, headers, ...how });
}

function failures({ errors, timeouts, non2xx }: autocannon.Result): number {
  return errors + timeouts + non2xx;
}

function report(name: string, result: autocannon.Result, cpu: number): void {
  const { requests: rate, latency } = result;
  console.log(
    `${name}: ${formatCount(Math.round(rate.average))} requests/s, p50 ${latency.p50} ms, p99 ${latency.p99} ms, ${Math.round((1e6 * cpu) / result['2xx'])} µs of CPU each, ${failures(result)} failed`,
  );
  if (failures(result) > 0) process.exitCode = 1;
}

async function soak(url: string, serving: Serving, count: number): Promise<void> {
  const { binary } = requests();
  let [done, failed] = [0, 0];
  failed += failures(await fire(url, binary, { connections: CONNECTIONS, amount: WARM_UP }));
  let first: Memory | undefined;
  for (let part = 0; part < PARTS; part++) {
    const result = await fire(url, binary, { connections: CONNECTIONS, amount: Math.ceil(count / PARTS) });
    done += result['2xx'];
    failed += failures(result);
    const underLoad = residentOf(serving.child.pid);
    const memory = await withoutGarbage(serving);
    first ??= memory;
    console.log(
      `${formatCount(done)} answered, ${failed} failed, p99 ${result.latency.p99} ms, ${formatBytes(underLoad)} resident; without garbage ${formatBytes(memory.resident)} resident, ${formatBytes(memory.retained)} retained`,
    );
    const grows =
      memory.retained > first.retained + RETAINED_ALLOWANCE ||
      memory.resident > first.resident + RESIDENT_ALLOWANCE;
    if (part === PARTS - 1 && (failed > 0 || grows)) process.exitCode = 1;
  }
}

interface Memory {
  /** Bytes of the process. */
  readonly resident: number;
  /** Bytes that JavaScript of all threads holds. */
  readonly retained: number;
}

/** Has all threads collect their garbage. */
async function withoutGarbage({ child, log }: Serving): Promise<Memory> {
  const before = log().length;
  child.kill('SIGUSR2');
  for (const start = performance.now(); performance.now() - start < REPORT_TIMEOUT; ) {
    await setTimeout(50);
    const reports = [
      ...log()
        .slice(before)
        .matchAll(/"retained":(\d+)}/g),
    ];
    if (reports.length < 1 + WORKERS) continue;
    const retained = reports.reduce((sum, [, bytes]) => sum + Number(bytes), 0);
    return { resident: residentOf(child.pid), retained };
  }
  throw new Error('the threads of the server did not say how much memory they hold');
}

/** User and system time of a process, as Linux states it in hundredths. */
function cpuSeconds(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** As Linux states it. */
function residentOf(pid: number | undefined): number {
  return 1024 * Number(/^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

function startEcho(): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'echo.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.on('exit', () => reject(new Error('the echo server ended')));
    child.stdout?.once('data', (text: Uint8Array) => resolve({ child, port: Number(text.toString()) }));
  });
}
