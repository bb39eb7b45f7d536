/** npm run web: builds the page of web/ into web/dist/ and serves it on localhost. */
import { join } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { failUsage, runProgram } from '../src/terminal/program.ts';
import { buildPage } from './web/build.ts';
import { servePage } from './web/serve.ts';

const NAME = 'npm run web --';

await runProgram('web', async () => {
  const { port, serve } = await yargs(hideBin(process.argv))
    .scriptName(NAME)
    .options({
      port: { type: 'number', default: 8080, describe: 'Where to serve it; 0 for any that is free' },
      serve: { type: 'boolean', default: true, describe: 'Serve it once it is built' },
    })
    .strict()
    .version(false)
    .fail((message, error) => {
      if (error) throw error;
      failUsage(NAME, message);
    })
    .parseAsync();
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    failUsage(NAME, `--port is ${port}, expected 0 to 65535`);
  const out = join(import.meta.dirname, '..', 'web', 'dist');
  await buildPage(out);
  if (serve) console.log((await servePage(out, port)).address);
});
