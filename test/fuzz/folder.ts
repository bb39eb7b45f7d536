import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { PICTURE_DEFAULTS } from '../../src/format/manifest.ts';
import { listPictureFolder } from '../../src/node/picture-folder/classes.ts';
import { loadPictures } from '../../src/node/picture-folder/load.ts';
import { isPictureFolder } from '../../src/node/picture-folder/sniff.ts';
import { surveyPictures } from '../../src/node/picture-folder/survey.ts';
import { encodeGreyPng } from '../../src/png/encode.ts';
import { greyJpeg } from '../image/jpeg-builder.ts';
import { mutateBytes } from './mutate-bytes.ts';
import { mutateJson } from './mutate-json.ts';
import { Random } from './random.ts';
import { scratchFolder } from './scratch.ts';
import type { Target } from './target.ts';

/** What files of a folder hold. */
const CONTENTS: Readonly<Record<string, Uint8Array>> = {
  jpeg: greyJpeg(8, 8, 50, 1),
  png: encodeGreyPng({ width: 4, height: 4, samples: new Uint8Array(16).fill(90) }),
  cut: greyJpeg(16, 8, 50, 2).subarray(0, 200),
  empty: new Uint8Array(),
  text: new TextEncoder().encode('no picture\n'),
};
const tree = (files: Readonly<Record<string, string>>): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(files));

/** Path → what is there; `link:` to another path. */
const TREES = [
  { 'a/1.jpg': 'jpeg', 'a/2.png': 'png', 'b/1.jpg': 'cut', 'b/x/3.jpg': 'jpeg', 'b/note.txt': 'text' },
  { 'train/a/1.jpg': 'jpeg', 'train/b/1.png': 'png', 'test/a/1.jpg': 'jpeg', 'val/b/2.png': 'png' },
  { 'a/1.jpg': 'link:b/1.jpg', 'b/1.jpg': 'jpeg', 'b/up': 'link:.', '.hidden': 'text', 'c/e.jpg': 'empty' },
];
const NAMES = [
  ...['train', 'test', 'val', 'validation', '__proto__', 'constructor', 'Thumbs.db', '.git', 'é', 'a b', '0'],
  ...['train-images-idx3-ubyte', 'x'.repeat(200), 'a\nb', '\u202e', '..', '%2e'],
];

function generate(random: Random): Uint8Array {
  const files: Record<string, string> = { ...random.pick(TREES) };
  for (let changes = 1 + random.below(4); changes > 0; changes--) {
    const path = random.pick([...Object.keys(files), 'a']);
    if (random.chance(0.3)) delete files[path];
    const parts = path.split('/');
    parts[random.below(parts.length)] = random.pick(NAMES);
    if (random.chance(0.3)) parts.push(random.pick(NAMES));
    files[parts.join('/')] = random.pick([...Object.keys(CONTENTS), 'link:..', 'link:a', 'link:missing']);
  }
  return random.chance(0.2)
    ? new TextEncoder().encode(JSON.stringify(mutateJson(files, random)))
    : tree(files);
}

const folder = scratchFolder();

/** Makes the files of a tree below `root`; what cannot be made is left out. */
function make(root: string, bytes: Uint8Array, random: Random): void {
  let files: unknown;
  try {
    files = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return;
  }
  for (const [name, kind] of Object.entries(files ?? {})) {
    const path = normalize(join(root, name));
    if (!path.startsWith(`${root}/`) || name.length > 400) continue;
    try {
      mkdirSync(dirname(path), { recursive: true });
      const target = /^link:(.{0,100})$/.exec(String(kind))?.[1];
      if (target !== undefined) symlinkSync(normalize(join('/', target)).slice(1) || '.', path);
      else {
        const content = CONTENTS[String(kind)] ?? CONTENTS.text;
        writeFileSync(path, random.chance(0.1) ? mutateBytes(content, random) : content);
      }
    } catch {
      // A name that the system does not have, or a file where a folder would be.
    }
  }
}

/** Folders of pictures, as `wjpeg train --data` takes them. */
export const pictureFolder: Target = {
  seeds: TREES.map(tree),
  generate,
  async read(bytes, variant) {
    const root = mkdtempSync(join(folder, 'f'));
    try {
      make(root, bytes, new Random(variant));
      await isPictureFolder(root);
      const { classes, validation = [], test = [] } = await listPictureFolder(root);
      await surveyPictures(root, classes);
      const spec = { kind: 'image', width: 4, height: 4, ...PICTURE_DEFAULTS } as const;
      await loadPictures({ path: root, training: classes, heldOut: [] }, spec);
      for (const part of [validation, test]) {
        if (part.some(({ files }) => files.length > 0))
          await loadPictures({ path: root, training: [], heldOut: part }, spec);
      }
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  },
  // Each of some dozens of pictures takes half a megabyte to look for ink, twice.
  memoryCap: () => 2 ** 28,
};
