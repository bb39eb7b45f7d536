/**
 * npm run faults -- [--kills N] [--signal SIGKILL|SIGINT|SIGTERM] [--seed N] [--program NAME …]
 *
 * Programs: compress, train, report, 'train on folders', 'export .onnx', 'export .safetensors', 'export .c', score, serve; all by
 * default. Kills each program at N random moments (100) and checks what it leaves on the disk; `serve` (always with
 * SIGKILL) under load, and what clients are answered before and after. Needs `npm run build`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { killAtRandomMoments } from './kill.ts';
import { killServerAtRandomMoments } from './kill-server.ts';
import { laterPrograms, writingPrograms } from './programs.ts';

const { kills, signal, seed, program } = yargs(hideBin(process.argv))
  .option('kills', { number: true, default: 100 })
  .option('signal', { choices: ['SIGKILL', 'SIGINT', 'SIGTERM'] as const, default: 'SIGKILL' as const })
  .option('seed', { number: true, default: 1 })
  .option('program', { array: true, string: true, default: [] as string[] })
  .strict()
  .parseSync();

const folder = mkdtempSync(join(tmpdir(), 'wjpeg-faults-'));
try {
  const data = join(folder, 'data');
  for (const writing of [...writingPrograms(data), ...laterPrograms(data)]) {
    if (program.length > 0 && !program.includes(writing.name)) continue;
    const report = await killAtRandomMoments(writing, folder, { times: kills, seed, signal });
    console.log(
      `${writing.name}: ${report.kills} × ${signal} (${report.tooLate} came too late): ` +
        `${report.before} before the new file was there, ${report.after} after, ` +
        `${report.whileWriting} left a temporary file; ${report.failures.length} failures`,
    );
    for (const failure of report.failures) console.error(`  ${failure}`);
    if (report.failures.length > 0) process.exitCode = 1;
  }
  if (program.length === 0 || program.includes('serve')) {
    const { whileStarting, underLoad, answered, lost, failures } = await killServerAtRandomMoments(
      kills,
      seed,
    );
    console.log(
      `serve: ${kills} × SIGKILL: ${whileStarting} while it started, ${underLoad} under load; ` +
        `${answered} requests answered, ${lost} lost; ${failures.length} failures`,
    );
    for (const failure of failures) console.error(`  ${failure}`);
    if (failures.length > 0) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
