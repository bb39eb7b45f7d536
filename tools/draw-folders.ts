/** `npm run data:digits -- FOLDER`: draws digits to train on, one folder per class; the same pictures every time. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { writeFileAtomic } from '../src/node/index.ts';
import { Random } from '../src/random.ts';
import { handwrittenDigit } from './digits/handwriting.ts';
import { renderStrokes } from './digits/render.ts';

const PICTURES = 40;
const SIDE = 28;

const [folder, ...more] = process.argv.slice(2);
if (!folder || more.length > 0) {
  console.error('data:digits: expected the folder to write to: npm run data:digits -- digits');
  process.exit(2);
}
const random = new Random(1);
for (let digit = 0; digit < 10; digit++) {
  await mkdir(join(folder, String(digit)), { recursive: true });
  for (let index = 0; index < PICTURES; index++) {
    const ink = renderStrokes(handwrittenDigit(digit, random), SIDE, SIDE);
    const data = Uint8Array.from(ink, (amount) => Math.round(255 * amount));
    const png = encode({ width: SIDE, height: SIDE, data, depth: 8, channels: 1 });
    await writeFileAtomic(join(folder, String(digit), `${index}.png`), png);
  }
}
console.log(`${folder}: 10 folders of ${PICTURES} drawn digits`);
