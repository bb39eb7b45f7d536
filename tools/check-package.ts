/**
 * npm run check:package: packs the package, lints the tarball with publint, installs it into an empty project and tries
 * it there as a user would: import, types, programs.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { packageProblems } from './package-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'wjpeg-package-'));
const run = (command: string, words: readonly string[], cwd: string): string =>
  execFileSync(command, words, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

try {
  const packed = run('npm', ['pack', '--json', '--pack-destination', folder], '.');
  const [{ filename, size, files }] = JSON.parse(packed.slice(packed.indexOf('['))) as [
    { filename: string; size: number; files: { path: string }[] },
  ];
  const tarball = join(folder, filename);
  console.log(`${filename}: ${size} bytes, ${files.length} files`);
  const problems = packageProblems(files.map(({ path }) => path));
  if (problems.length > 0) throw new Error(`the tarball: ${problems.join('; ')}`);

  const bytes = readFileSync(tarball);
  const { messages, pkg } = await publint({
    pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) },
    strict: true,
  });
  for (const message of messages) console.error(formatMessage(message, pkg));
  if (messages.length > 0) throw new Error(`publint: ${messages.length} messages`);
  console.log('publint: nothing to say');

  // The overrides are the ones that README.md gives to users: they leave out what gpu.js does not need here.
  const project = {
    private: true,
    type: 'module',
    dependencies: { wjpeg: `file:${tarball}` },
    overrides: readmeOverrides(),
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(project));
  run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], folder);

  const model = JSON.stringify(resolve('data/mnist-mlp-512-q20.wjz'));
  const picture = JSON.stringify(resolve('data/pictures/digit-7.png'));
  writeFileSync(
    join(folder, 'consumer.ts'),
    `import { type InferenceResult, InferenceSession } from 'wjpeg';
import { readFile } from 'node:fs/promises';
const session: InferenceSession = await InferenceSession.create(await readFile(${model}), { backends: ['reference'] });
const result: InferenceResult = await session.run(await readFile(${picture}));
console.log(session.path, session.backend, result.label, result.probabilities.length);
`,
  );
  const typescript = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const types = resolve('node_modules/@types');
  const settings = [
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--typeRoots',
    types,
    '--types',
    'node',
  ];
  run(process.execPath, [typescript, ...settings, 'consumer.ts'], folder);
  console.log(`import and types: ${run(process.execPath, ['consumer.js'], folder).trim()}`);

  const answer = JSON.parse(run('npx', ['wjpeg-infer', '--json'], folder)) as {
    pictures: [{ label: string }];
  };
  if (answer.pictures[0].label !== '7')
    throw new Error(`wjpeg-infer says ${answer.pictures[0].label}, expected 7`);
  run('npx', ['wjpeg', 'inspect', resolve('data/mnist-mlp-512-q20.wjz')], folder);
  console.log('programs: wjpeg-infer and wjpeg inspect answer');
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The `overrides` of README.md's installation section. */
function readmeOverrides(): unknown {
  const [, snippet] =
    /```json\n(\{\s*"overrides"[\s\S]*?)\n```/.exec(readFileSync('README.md', 'utf8')) ?? [];
  if (snippet === undefined) throw new Error('README.md has no overrides snippet');
  return (JSON.parse(snippet) as { overrides: unknown }).overrides;
}
