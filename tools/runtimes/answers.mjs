// What the installed package `wjpeg` answers, to the bit, as JSON: the same on every runtime. Arguments: models, then `--`, then pictures.
import { readFile } from 'node:fs/promises';
import { InferenceSession } from 'wjpeg';

const words = process.argv.slice(2);
const models = words.slice(0, words.indexOf('--'));
const pictures = words.slice(words.indexOf('--') + 1);
const answers = [];
for (const model of models) {
  for (const backend of ['wasm', 'reference']) {
    const session = await InferenceSession.create(await readFile(model), { backends: [backend] });
    for (const picture of pictures) {
      const { label, logits } = await session.infer(await readFile(picture));
      const bits = Buffer.from(Float32Array.from(logits).buffer).toString('hex');
      answers.push({ model, backend, picture, label, bits });
    }
    session.dispose();
  }
}
process.stdout.write(JSON.stringify(answers));
