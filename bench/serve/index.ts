/**
 * npm run bench:serve -- [--model FILE] [--seconds N] [--connections N …]
 *
 * Requests per second, latency and CPU time of `wjpeg serve` beside a bare HTTP echo of the same library (bench/serve/echo.ts), by turns:
 * one input per request, as JSON and as binary data, and a picture. With --requests N it is a soak test: so many requests, of which
 * none may fail, and memory after the first tenth and at the end.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { runProgram } from '../../src/terminal/program.ts';
import { formatBytes, formatCount } from '../../src/text/numbers.ts';
import { describeMachine } from '../machine.ts';
import { startServing } from './start.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const INPUTS = 784;
/** Of a soak test: clients at once, and parts after which it reports. */
const CONNECTIONS = 64;
const PARTS = 10;
/** Bytes that memory may grow from the first tenth to the end. */
const ALLOWANCE = 24 * 2 ** 20;

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
  const serving = await startServing([`m=${options.model}`, '--log', 'none']);
  const echo = await startEcho();
  try {
    console.log(`${describeMachine()}, load ${loadavg()[0].toFixed(1)}; ${options.model}`);
    const url = `http://127.0.0.1:${serving.port}/v2/models/m/infer`;
    if (options.requests !== undefined) await soak(url, serving.child, options.requests);
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

async function soak(url: string, child: ChildProcess, count: number): Promise<void> {
  const { binary } = requests();
  let [done, failed, first] = [0, 0, 0];
  for (let part = 0; part < PARTS; part++) {
    const result = await fire(url, binary, { connections: CONNECTIONS, amount: Math.ceil(count / PARTS) });
    done += result['2xx'];
    failed += failures(result);
    const memory = residentOf(child.pid);
    if (part === 0) first = memory;
    console.log(
      `${formatCount(done)} answered, ${failed} failed, p99 ${result.latency.p99} ms, ${formatBytes(memory)} resident`,
    );
    if (part === PARTS - 1 && (failed > 0 || memory > first + ALLOWANCE)) process.exitCode = 1;
  }
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
