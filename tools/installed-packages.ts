import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What `npm install wjpeg` may bring, all packages together. */
export const MAX_INSTALLED_BYTES = 15e6;

/** One package in a `node_modules` folder. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** Sum of the sizes of its files, without packages inside it. */
  readonly bytes: number;
  /** Names of scripts that npm runs when the package is installed. */
  readonly installScripts: readonly string[];
  /** Compiled native code and recipes for it. */
  readonly nativeFiles: readonly string[];
}

/** All packages of a `node_modules` folder, nested ones too. */
export function installedPackages(nodeModules: string): InstalledPackage[] {
  return readdirSync(nodeModules, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .flatMap(({ name }) => {
      const folder = join(nodeModules, name);
      return name.startsWith('@') ? installedPackages(folder) : onePackage(folder);
    });
}

function onePackage(folder: string): InstalledPackage[] {
  const nested = join(folder, 'node_modules');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !/(^|[/\\])node_modules([/\\]|$)/.test(name) && statSync(join(folder, name)).isFile(),
  );
  const { name, version, scripts = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return [
    {
      name,
      version,
      bytes: files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0),
      installScripts: ['preinstall', 'install', 'postinstall'].filter((script) => script in scripts),
      nativeFiles: files.filter((file) => /\.node$|(^|[/\\])binding\.gyp$/.test(file)),
    },
    ...(existsSync(nested) ? installedPackages(nested) : []),
  ];
}

/** What a user would not want from an installation. */
export function installProblems(packages: readonly InstalledPackage[]): string[] {
  const bytes = packages.reduce((sum, entry) => sum + entry.bytes, 0);
  return [
    ...(bytes > MAX_INSTALLED_BYTES
      ? [`${bytes} bytes are installed, expected at most ${MAX_INSTALLED_BYTES}`]
      : []),
    ...packages.flatMap(({ name, installScripts, nativeFiles }) => [
      ...installScripts.map((script) => `${name} runs a script when it is installed (${script})`),
      ...nativeFiles.map((file) => `${name} holds native code (${file})`),
    ]),
  ];
}
