/** npm run docs:decisions: writes docs/decisions/README.md, the index of the decisions. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decisionIndex } from './docs/decision-index.ts';
import { ROOT } from './docs/workplace.ts';

writeFileSync(join(ROOT, 'docs', 'decisions', 'README.md'), decisionIndex());
