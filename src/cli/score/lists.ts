import { createReadStream } from 'node:fs';
import { WjpegError } from '../../errors.ts';
import { explainFileError } from '../../node/file-errors.ts';
import { STANDARD_INPUT } from '../parse.ts';

/** No path is longer. */
const MAX_NAME = 2 ** 16;

/** The names that a file or standard input lists: one per line, or each ended by NUL. Empty ones are left out. */
export async function* namesIn(file: string, isNull: boolean): AsyncGenerator<string> {
  const shown = file === STANDARD_INPUT ? 'standard input' : file;
  const stream = file === STANDARD_INPUT ? process.stdin : createReadStream(file);
  const end = isNull ? '\0' : '\n';
  stream.setEncoding('utf8');
  let rest = '';
  try {
    for await (const text of stream as AsyncIterable<string>) {
      const names = (rest + text).split(end);
      rest = names.pop() as string;
      for (const name of names) yield* nameOf(name);
      if (rest.length <= MAX_NAME) continue;
      const expected = isNull ? 'names that NUL ends' : 'one name per line (-0: each ended by NUL)';
      throw new WjpegError('corrupt', 'SCORE_LIST', `${shown} is no list of names: expected ${expected}`);
    }
  } catch (error) {
    throw explainFileError(error, 'read', shown);
  }
  yield* nameOf(rest);

  function* nameOf(text: string): Generator<string> {
    const name = isNull ? text : text.replace(/\r$/, '');
    if (name !== '') yield name;
  }
}
