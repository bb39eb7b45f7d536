/**
 * npm run bench:kernels: every kernel of backend `wasm` by itself, one thread: what bounds it on this machine and how far from that it
 * is. The machine's ceilings are measured first, by loops that do nothing else. Results are compared with the plain loops of
 * `reference` before anything is timed.
 */
import { loadavg } from 'node:os';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { WjpegError } from '../../src/errors.ts';
import { runProgram } from '../../src/terminal/program.ts';
import { formatMicroseconds } from '../../src/text/numbers.ts';
import { formatTable } from '../../src/text/table.ts';
import type { TimingPlan } from '../../src/timing.ts';
import { describeMachine } from '../machine.ts';
import { QUICK_PLAN } from '../plans.ts';
import { allCases } from './cases.ts';
import { type Ceilings, measureCeilings, microseconds } from './ceilings.ts';
import { check } from './check.ts';
import type { KernelCase } from './kernel-case.ts';
import { boundOf } from './work.ts';

const PLAN: TimingPlan = { rounds: 9, sampleMilliseconds: 10, warmUpMilliseconds: 150 };

await runProgram('bench:kernels', async () => {
  const { quick, only } = await yargs(hideBin(process.argv))
    .scriptName('npm run bench:kernels --')
    .options({
      only: {
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'Kernels whose names begin so',
      },
      quick: { type: 'boolean', default: false, describe: 'Few samples: shows that it works, not how fast' },
    })
    .strict()
    .parseAsync();
  const plan = quick ? QUICK_PLAN : PLAN;
  const cases = (await allCases()).filter(
    ({ kernel }) => only.length === 0 || only.some((start) => kernel.startsWith(start)),
  );
  if (cases.length === 0)
    throw new WjpegError(
      'misuse',
      'OPTION_VALUE',
      `--only ${only.join(' ')}: no kernel's name begins so; the folders of kernels/ have their names`,
    );
  process.stderr.write(
    `For figures, leave the machine alone meanwhile. Load now: ${loadavg()[0].toFixed(2)}\n`,
  );
  const ceilings = await measureCeilings(plan);
  process.stdout.write(`${describeMachine()}\n${describeCeilings(ceilings)}\n\n`);
  const rows = [['kernel', 'what', 'time', 'bound by', 'at least', 'of the limit']];
  for (const each of cases) {
    if (each.work.products?.precision === 'int8' && ceilings.products.int8 === undefined) continue;
    rows.push(await timeCase(each, ceilings, plan));
  }
  process.stdout.write(formatTable(rows));
});

async function timeCase(
  { kernel, what, work, prepare }: KernelCase,
  ceilings: Ceilings,
  plan: TimingPlan,
): Promise<string[]> {
  const ready = await prepare();
  await check(`${kernel}, ${what}`, ready);
  const time = await microseconds(ready.run, plan);
  const bound = boundOf(work, ceilings);
  const share = `${Math.round((100 * bound.microseconds) / time)}%`;
  return [kernel, what, formatMicroseconds(time), bound.by, formatMicroseconds(bound.microseconds), share];
}

function describeCeilings({ products, bytes }: Ceilings): string {
  const rates = Object.entries(products).map(([kind, rate]) => `${rate.toFixed(1)} in ${kind}`);
  const moved = bytes.map(
    ({ size, loaded, copied }) =>
      `${loaded.toFixed(0)} and ${copied.toFixed(0)} in ${(size / 1024).toLocaleString('en')} KiB`,
  );
  return [
    `10⁹ products and additions a second: ${rates.join(', ')}`,
    `GB a second, loaded, and loaded and stored: ${moved.join(', ')}`,
  ].join('\n');
}
