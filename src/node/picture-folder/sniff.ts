import { readFolder } from './walk.ts';

const IDX_FILE = /^(train|t10k)-(images-idx[34]|labels-idx1)-ubyte(\.gz)?$/;
const PICTURE = /\.(png|jpe?g)$/i;

/**
 * Whether a folder holds pictures in folders, not IDX files: it has none of these, but folders or pictures.
 *
 * @throws WjpegError `FILE_…` if it cannot be listed
 */
export async function isPictureFolder(path: string): Promise<boolean> {
  const { folders, files } = await readFolder(path);
  if (files.some((name) => IDX_FILE.test(name))) return false;
  return folders.length > 0 || files.some((name) => PICTURE.test(name));
}
