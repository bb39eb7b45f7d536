// Licence texts of the code that the bundles of dist/ hold copies of.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/**
 * The licence texts of what a bundle holds. `inputs`: files that went into it; `folders`: packages that went in already bundled.
 *
 * @throws for a package whose licence is not known
 */
export function notices(inputs, folders = []) {
  const packages = inputs.map(packageFolder).filter(Boolean);
  const texts = [...new Set([...packages, ...folders])].sort().flatMap((folder) => [
    packageNotice(
      folder,
      inputs.filter((file) => packageFolder(file) === folder),
    ),
    ...vendoredNotices(folder),
  ]);
  return `The files of this folder hold code of these packages.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

function packageFolder(file) {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

function packageNotice(folder, files) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(join(folder, file), 'utf8').trim() : headerNotice(name, license, files);
  return `${name} ${version}\n\n${text}\n`;
}

/** Of a package that comes without a file of its licence: what its sources begin with, and the text of Apache-2.0. */
function headerNotice(name, license, files) {
  const headers = new Set(files.map((file) => /(?:^\/\/.*\n)+/m.exec(readFileSync(file, 'utf8'))?.[0] ?? ''));
  const stated = [...headers].filter((header) => header.includes('Copyright'));
  if (stated.length === 0 || !license.includes('Apache-2.0'))
    throw new Error(
      `${name} (${license}) comes without a licence file, expected Apache-2.0 stated in its sources`,
    );
  const texts = stated.map((header) => header.replace(/^\/\/ ?/gm, '').trim());
  return [license, ...texts, readFileSync(new URL('Apache-2.0.txt', import.meta.url), 'utf8').trim()].join(
    '\n\n',
  );
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
