/**
 * npm run bench:score -- --data FOLDER --model FILE [--pictures N] [--shards N]
 *
 * Writes the pictures of a data set (IDX files) as PNG and JPEG files and as a tar archive, scores them with the built `wjpeg score` in
 * one run on all cores, on one core, from the archive, and in shards, two of which are killed with SIGKILL and resumed. Ends
 * with exit code 1 unless all of them write the same lines. Prints pictures per second and the peak memory.
 */
import { mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { joinBytes } from '../../src/bytes.ts';
import type { LabelledPictures } from '../../src/image/labelled-pictures.ts';
import { loadIdxPair } from '../../src/node/mnist.ts';
import { runProgram } from '../../src/terminal/program.ts';
import { formatBytes, formatCount } from '../../src/text/numbers.ts';
import { describeMachine } from '../machine.ts';
import { writePictures, writeTar } from './pictures.ts';
import { killAt, runScore, type ScoreCall, type ScoreEnd, sortedLines } from './shards.ts';

await runProgram('bench:score', async () => {
  const options = await yargs(hideBin(process.argv))
    .scriptName('npm run bench:score --')
    .options({
      data: { type: 'string', demandOption: true, describe: 'Folder of IDX files' },
      model: { type: 'string', demandOption: true, describe: 'A model for them' },
      pictures: { type: 'number', default: 60_000, describe: 'Of the training set, then of the test set' },
      shards: { type: 'number', default: 4, describe: 'Two of them are killed and resumed' },
    })
    .strict()
    .parseAsync();
  const { data, model, shards } = options;
  const folder = mkdtempSync(join(tmpdir(), 'wjpeg-score-'));
  try {
    const set = together(await loadIdxPair(data, 'train'), await loadIdxPair(data, 't10k'));
    const pictures = join(folder, 'pictures');
    const count = Math.min(options.pictures, set.count);
    console.log(`${describeMachine()}; ${model}, ${formatCount(count)} PNG and JPEG files of ${data}`);
    writePictures(pictures, set, count);
    const out = (name: string): string => join(folder, `${name}.ndjson`);

    const report = (name: string, { seconds, stderr, code, peakMemory }: ScoreEnd): void => {
      if (code !== 0) throw new Error(`${name}: exit code ${code}: ${stderr}`);
      const rate = /([\d,]+) per second/.exec(stderr)?.[1] ?? '?';
      console.log(`${name}: ${rate} pictures/s, ${seconds.toFixed(1)} s in all, ${formatBytes(peakMemory)}`);
    };
    const words = (output: string): string[] => [model, pictures, '-o', output];
    report('all cores', await runScore({ words: words(out('all')) }));
    report('one core', await runScore({ words: [...words(out('one')), '--workers', '1'], cores: '0' }));
    const expected = await sortedLines([out('all')]);
    if (expected.length !== count) throw new Error(`${expected.length} lines, expected ${count}`);
    same('one core', await sortedLines([out('one')]), expected);

    const archive = join(folder, 'pictures.tar');
    await writeTar(archive, count, pictures);
    report('tar', await runScore({ words: [model, '--tar', '-', '-o', out('tar')], input: archive }));
    same('tar', await sortedLines([out('tar')]), expected);

    const shard = (index: number): ScoreCall => ({
      words: words(join(folder, 'part-{shard}.ndjson')),
      environment: { AWS_BATCH_JOB_ARRAY_INDEX: String(index), AWS_BATCH_JOB_ARRAY_SIZE: String(shards) },
    });
    const part = (index: number): string => out(`part-${index}`);
    const size = statSync(out('all')).size / shards;
    for (let index = 0; index < shards; index++) {
      const call = shard(index);
      if (index > 1) report(`shard ${index}`, await runScore(call));
      else {
        const killed = await killAt(call, part(index), size * (index === 0 ? 0.3 : 0.7));
        if (killed.signal !== 'SIGKILL') throw new Error(`shard ${index} ended before it was killed`);
        // A kill may come in the middle of a line; here it does.
        if (index === 1) truncateSync(part(index), statSync(part(index)).size - 7);
        console.log(`shard ${index}: killed after ${formatBytes(statSync(part(index)).size)} of lines`);
        report(`shard ${index}, resumed`, await runScore({ ...call, words: [...call.words, '--resume'] }));
      }
    }
    same(`${shards} shards`, await sortedLines(Array.from({ length: shards }, (_, i) => part(i))), expected);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Pictures of two sets of one size. */
function together(a: LabelledPictures, b: LabelledPictures): LabelledPictures {
  return {
    ...a,
    count: a.count + b.count,
    pictures: joinBytes([a.pictures, b.pictures]),
    labels: Uint8Array.from([...a.labels, ...b.labels]),
  };
}

function same(name: string, lines: readonly string[], expected: readonly string[]): void {
  const at = expected.findIndex((line, index) => line !== lines[index]);
  if (at >= 0 || lines.length !== expected.length)
    throw new Error(
      `${name}: line ${at + 1} of ${lines.length}, sorted, is ${lines[at]}, not ${expected[at]}`,
    );
  console.log(`${name}: ${formatCount(lines.length)} lines, byte for byte those of one run on all cores`);
}
