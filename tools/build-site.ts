/** npm run docs: builds the site of docs/, examples/ and the reference into docs/site, and checks every link of it. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { Application } from 'typedoc';
import { notices } from './bundle/notices.mjs';
import { brokenLinks } from './site/links.ts';
import { runLiveBlocks } from './site/run-live.ts';
import { forgottenPages, stagePages } from './site/stage.ts';

const ROOT = join(import.meta.dirname, '..');
const OUT = join(ROOT, 'docs', 'site');
/** What live blocks may fetch. */
const FILES = [
  'data/mnist-lenet-8-16-huffman.jpg',
  'data/mnist-mlp-512-trained.wjz',
  'data/pictures/digit-7.png',
];

function fail(lines: readonly string[]): void {
  for (const line of lines) console.error(`docs: ${line}`);
  if (lines.length > 0) process.exit(1);
}

fail(forgottenPages().map((page) => `${page} is in no section of tools/site/sections.ts`));

const staged = mkdtempSync(join(tmpdir(), 'wjpeg-site-'));
try {
  const projectDocuments = stagePages(staged);
  const application = await Application.bootstrapWithPlugins({
    options: join(ROOT, 'typedoc.json'),
    out: OUT,
    readme: join(staged, 'README.md'),
    projectDocuments,
    customCss: join(ROOT, 'tools', 'site', 'style.css'),
    customJs: join(ROOT, 'tools', 'site', 'live.js'),
  });
  const project = await application.convert();
  if (!project) process.exit(1);
  application.validate(project);
  await application.generateOutputs(project);
  if (application.logger.hasErrors() || application.logger.hasWarnings()) process.exit(1);
} finally {
  rmSync(staged, { recursive: true });
}

const assets = join(OUT, 'assets');
mkdirSync(join(assets, 'files'), { recursive: true });
for (const file of FILES)
  cpSync(join(ROOT, file), join(assets, 'files', file.slice(file.lastIndexOf('/') + 1)));
const { metafile } = await build({
  metafile: true,
  absWorkingDir: ROOT,
  entryPoints: ['src/index.ts', 'src/jpeg.ts', 'src/format.ts'],
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  outdir: join(assets, 'wjpeg'),
  logLevel: 'warning',
});
const bundled = Object.keys(metafile.inputs).map((file) => join(ROOT, file));
writeFileSync(join(assets, 'wjpeg', 'licences.txt'), notices(bundled));

fail(brokenLinks(OUT));
fail(await runLiveBlocks(OUT));
