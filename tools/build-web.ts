// Builds the page of web/ into web/dist/ and serves it on localhost: npm run web [-- --port 8080 | --no-serve]
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildPage } from './web/build.ts';
import { servePage } from './web/serve.ts';

const { values } = parseArgs({
  options: { port: { type: 'string', default: '8080' }, serve: { type: 'boolean', default: true } },
  allowNegative: true,
});
const out = join(import.meta.dirname, '..', 'web', 'dist');
await buildPage(out);
if (values.serve) console.log((await servePage(out, Number(values.port))).address);
