// node wjpeg.mjs model.wjz picture.f32: this package as a library, one answer.
import { readFile } from 'node:fs/promises';
import { InferenceSession } from '../../../dist/node/index.js';

const [model, picture] = process.argv.slice(2);
const session = await InferenceSession.create(await readFile(model));
const bytes = await readFile(picture);
const { label } = await session.infer(new Float32Array(Uint8Array.from(bytes).buffer));
console.log(label);
session.dispose();
