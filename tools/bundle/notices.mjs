// Licence texts of the code that the bundles of dist/ hold copies of.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** `inputs`: files that went into the bundles; `folders`: packages that went in already bundled. */
export function notices(inputs, folders) {
  const packages = inputs
    .map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0])
    .filter(Boolean);
  const texts = [...new Set([...packages, ...folders])]
    .sort()
    .flatMap((folder) => [packageNotice(folder), ...vendoredNotices(folder)]);
  return `The files of this folder hold code of these packages.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

function packageNotice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  return `${name} ${version}\n\n${file ? readFileSync(join(folder, file), 'utf8').trim() : license}\n`;
}

/** gpu.js holds a copy of gl-wiretap, whose licence stands in the first comment of the source. */
function vendoredNotices(folder) {
  const vendor = join(folder, 'src', 'vendor');
  if (basename(folder) !== 'gpu.js') return [];
  return readdirSync(vendor).map((file) => {
    const comment = readFileSync(join(vendor, file), 'utf8')
      .split('*/')[0]
      .replace(/^ ?\/?\*+ ?/gm, '');
    const [heading] = comment.trim().split('\n');
    const at = comment.indexOf('MIT License');
    if (at < 0) throw new Error(`${join(vendor, file)}: expected the licence in its first comment`);
    return `${heading}\n\n${comment.slice(at).trim()}\n`;
  });
}
