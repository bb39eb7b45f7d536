/** npm run docs:errors: writes docs/errors.md from the table of src/error-codes.ts. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorPage } from './docs/error-page.ts';
import { ROOT } from './docs/workplace.ts';

writeFileSync(join(ROOT, 'docs', 'errors.md'), errorPage());
