import { type FileHandle, open, stat } from 'node:fs/promises';
import { WjpegError } from '../../errors.ts';
import { explainFileError } from '../../node/file-errors.ts';
import { visibleText } from '../../visible-text.ts';

/** How every line begins. */
const LINE_START = '{"file":"';

/** Where lines go, in order. */
export interface LineOutput {
  write(lines: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export const standardOutput: LineOutput = {
  write: (lines) =>
    new Promise((resolve) => {
      process.stdout.write(joined(lines), () => resolve());
    }),
  close: async () => {},
};

/**
 * Opens a file for the lines of a run.
 *
 * @throws WjpegError `SCORE_OUTPUT_EXISTS` for a file that has something in it, `FILE_…`
 */
export async function newOutput(path: string): Promise<LineOutput> {
  const stats = await stat(path).catch(() => undefined);
  if (stats?.isFile() && stats.size > 0) {
    throw new WjpegError(
      'misuse',
      'SCORE_OUTPUT_EXISTS',
      `${path} exists already (${stats.size} bytes): --resume goes on after what is written; or remove it, or name another`,
    );
  }
  const file = await opened(path, 'w');
  return { write: (lines) => append(path, file, lines), close: () => closed(file) };
}

interface WrittenLine {
  readonly text: string;
  readonly file: string;
  readonly isError: boolean;
}

/**
 * The lines of an output, one by one; a cut last one is left out.
 *
 * @throws WjpegError `SCORE_OTHER_RUN` for lines that are not of this command or of another model
 */
async function* writtenLines(path: string, model: string): AsyncGenerator<WrittenLine> {
  let rest = '';
  let number = 0;
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    // A character for each byte: lines are counted in bytes, and some may be no UTF-8.
    const texts = file.createReadStream({ encoding: 'latin1', autoClose: false }) as AsyncIterable<string>;
    for await (const text of texts) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() as string;
      for (const line of lines) yield parsed(path, ++number, line, model);
    }
  } catch (error) {
    throw explainFileError(error, 'read', path);
  } finally {
    // A stream that is left early would close it some time later.
    await file?.close();
  }
  // What is cut off is thrown away: nothing that another program wrote.
  if (!rest.startsWith(LINE_START.slice(0, rest.length))) parsed(path, number + 1, rest, model);
}

/** `bytes`: a character for each. */
function parsed(path: string, number: number, bytes: string, model: string): WrittenLine {
  let line: { file?: unknown; model?: unknown; error?: unknown } | null = null;
  let text = '';
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(bytes, 'latin1'));
    line = JSON.parse(text);
  } catch {
    // Said below.
  }
  if (typeof line?.file !== 'string' || typeof line.model !== 'string')
    throw otherRun(path, number, 'is not one that wjpeg score writes');
  if (line.model !== model)
    throw otherRun(path, number, `is of model ${visibleText(line.model)}, but this one is ${model}`);
  return { text, file: line.file, isError: line.error !== undefined };
}

/** An output that is not the beginning of what this run would write. */
function otherRun(path: string, line: number, what: string): WjpegError {
  return new WjpegError(
    'misuse',
    'SCORE_OTHER_RUN',
    `${path}: line ${line} ${what}: resume with the model, inputs and options that it was begun with, or name another output`,
  );
}

/**
 * Goes on with an output that a run broke off. Pictures whose lines it has are not scored again, but for the last one: its
 * line must come out as it was, unless it was an error; nothing is changed before that is known.
 */
export class ResumedOutput implements LineOutput {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #lines: AsyncGenerator<WrittenLine>;
  /** The line of the next picture. */
  #next: WrittenLine | undefined;
  #last: WrittenLine | undefined;
  #bytes = 0;
  #isChecked = false;
  /** Lines that stay. */
  lines = 0;
  /** How many of them have an error. */
  failed = 0;

  private constructor(path: string, file: FileHandle, model: string) {
    this.#path = path;
    this.#file = file;
    this.#lines = writtenLines(path, model);
  }

  /** @throws WjpegError `SCORE_OTHER_RUN`, `FILE_…` */
  static async open(path: string, model: string): Promise<ResumedOutput> {
    const file = await opened(path, 'a');
    const resumed = new ResumedOutput(path, file, model);
    try {
      await resumed.#read();
    } catch (error) {
      await file.close();
      throw error;
    }
    return resumed;
  }

  /**
   * Whether a picture, the next in order, is to be scored.
   *
   * @throws WjpegError `SCORE_OTHER_RUN` if the line in its place is of another one
   */
  async wants(file: string): Promise<boolean> {
    const line = this.#next;
    if (line === undefined) return true;
    if (line.file !== file) {
      const what = `is of ${visibleText(line.file)}, but here that picture is ${visibleText(file)}`;
      throw otherRun(this.#path, this.lines + 1, what);
    }
    await this.#read();
    if (this.#next === undefined) {
      this.#last = line;
      return true;
    }
    this.lines++;
    if (line.isError) this.failed++;
    this.#bytes += Buffer.byteLength(line.text) + 1;
    return false;
  }

  /** @throws WjpegError `SCORE_OTHER_RUN` if there are lines for which there was no picture */
  finish(): void {
    if (this.#next === undefined) return;
    throw otherRun(this.#path, this.lines + 1, 'is of a picture that is none of the inputs');
  }

  async write(lines: readonly string[]): Promise<void> {
    if (!this.#isChecked) {
      if (this.#last && !this.#last.isError && this.#last.text !== lines[0])
        throw otherRun(this.#path, this.lines + 1, 'comes out differently now');
      await this.#file.truncate(this.#bytes);
      this.#isChecked = true;
    }
    await append(this.#path, this.#file, lines);
  }

  async close(): Promise<void> {
    // Lines that were not reached: the file is open for reading too.
    await this.#lines.return(undefined);
    await closed(this.#file);
  }

  async #read(): Promise<void> {
    const { value, done } = await this.#lines.next();
    this.#next = done ? undefined : value;
  }
}

async function opened(path: string, flags: string): Promise<FileHandle> {
  try {
    return await open(path, flags);
  } catch (error) {
    throw explainFileError(error, 'write', path);
  }
}

async function append(path: string, file: FileHandle, lines: readonly string[]): Promise<void> {
  try {
    await file.writeFile(joined(lines));
  } catch (error) {
    throw explainFileError(error, 'write', path);
  }
}

async function closed(file: FileHandle): Promise<void> {
  // Pipes and devices cannot be flushed.
  await file.sync().catch(() => {});
  await file.close();
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
