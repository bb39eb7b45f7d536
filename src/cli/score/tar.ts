import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { extract } from 'tar-stream';
import { joinBytes } from '../../bytes.ts';
import { WjpegError } from '../../errors.ts';
import { explainFileError } from '../../node/file-errors.ts';
import { MAX_PICTURE_BYTES } from '../options.ts';
import { STANDARD_INPUT } from '../parse.ts';
import { PICTURE } from '../picture-list.ts';
import type { ScorePicture, Wanted } from './picture.ts';

/**
 * The pictures in a tar archive, in its order; other members are passed over. One at a time is in memory.
 *
 * @throws WjpegError `SCORE_TAR` for what is no complete tar archive, `FILE_…`
 */
export async function* picturesInTar(file: string, wanted: Wanted): AsyncGenerator<ScorePicture> {
  const shown = file === STANDARD_INPUT ? 'standard input' : file;
  const source = file === STANDARD_INPUT ? process.stdin : createReadStream(file);
  const archive = extract();
  // Its errors come out of the loop.
  pipeline(source, archive, () => {});
  let members = 0;
  try {
    for await (const entry of archive) {
      members++;
      const { name, type, size = 0 } = entry.header;
      if (type !== 'file' || !PICTURE.test(name) || !(await wanted(name))) {
        entry.resume();
        continue;
      }
      if (size > MAX_PICTURE_BYTES) {
        entry.resume();
        const message = `${name} is too large: at most ${MAX_PICTURE_BYTES} bytes, got ${size} bytes`;
        yield { file: name, error: new WjpegError('limit', 'FILE_TOO_LARGE', message) };
        continue;
      }
      const chunks: Uint8Array[] = [];
      for await (const chunk of entry) chunks.push(chunk as Uint8Array);
      yield { file: name, bytes: joinBytes(chunks) };
    }
    // What should have written the archive has failed.
    if (source.bytesRead === 0)
      throw new WjpegError('corrupt', 'SCORE_TAR', `${shown} is empty, expected a tar archive`);
  } catch (error) {
    const explained = explainFileError(error, 'read', shown);
    if (explained !== error || !(error instanceof Error) || error instanceof WjpegError) throw explained;
    const hint = members === 0 ? '; unpack .tar.gz on the way: gunzip -c pictures.tar.gz | … --tar -' : '';
    throw new WjpegError(
      'corrupt',
      'SCORE_TAR',
      `${shown} is no complete tar archive: after ${members} members: ${error.message}${hint}`,
      { cause: error },
    );
  }
}
