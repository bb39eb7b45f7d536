import { statSync } from 'node:fs';
import { extname } from 'node:path';

/** Endings of a model's file: one JPEG, or a ZIP. */
export const MODEL_ENDS = ['.wjz', '.jpg', '.jpeg'] as const;

/** Refuses a file to write whose ending means another format. A device or pipe, such as /dev/stdout, has none. */
export function checkEnding(option: string, path: string | undefined, ends: readonly string[]): void {
  if (path === undefined || ends.includes(extname(path).toLowerCase()) || isNoFile(path)) return;
  const names = [ends.slice(0, -1).join(', '), ends.at(-1)].filter(Boolean).join(' or ');
  throw new Error(`--${option} is '${path}', expected a name that ends in ${names}`);
}

/** Of folders another message tells. */
function isNoFile(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && !stats.isFile();
}
