// node child.mjs photo.jpg SIZE all|scaled
// Makes a photograph ready for a network of SIZE×SIZE pixels in colour: from all of its pixels, or as sessions do. One line of JSON.
import { readFileSync } from 'node:fs';
import { decodeJpegCoefficients, decodeJpegPixels } from '../../dist/src/image/decode-jpeg.js';
import { prepare } from '../../dist/src/image/prepare-jpeg.js';
import { preparePixels } from '../../dist/src/image/prepare-pixels.js';

const [, , file, size, way] = process.argv;
const spec = {
  kind: 'image',
  width: Number(size),
  height: Number(size),
  channels: 3,
  mean: 0,
  std: 1 / 255,
  preprocessing: { background: 'dark', fit: 'contain' },
};
const bytes = readFileSync(file);
const started = process.cpuUsage();
const { values, report } =
  way === 'all'
    ? preparePixels(decodeJpegPixels(decodeJpegCoefficients(bytes), true), spec, {})
    : prepare(bytes, spec);
const { user, system } = process.cpuUsage(started);
const peak = 1024 * Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
console.log(
  JSON.stringify({ values: [...values], scale: report.scale, milliseconds: (user + system) / 1000, peak }),
);
