/** npm run docs:schema: writes docs/wjz-manifest.schema.json from the description in src/format/manifest.ts. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { manifestSchema } from './docs/manifest-schema.ts';
import { ROOT } from './docs/workplace.ts';

writeFileSync(join(ROOT, 'docs', 'wjz-manifest.schema.json'), await manifestSchema());
