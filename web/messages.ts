import { WjpegError } from '../src/errors.ts';

/** What happened, for a visitor: a sentence that says what to do, and the exact words behind it. */
export interface Message {
  readonly sentence: string;
  readonly detail: string;
}

/** `name`: of the file or model that was opened, as a sentence begins with it. */
export function explain(error: unknown, name: string): Message {
  const detail = error instanceof Error ? error.message : String(error);
  return { sentence: `${name} ${predicate(error)}`, detail };
}

function predicate(error: unknown): string {
  const { code, kind, message } =
    error instanceof WjpegError ? error : ({ code: '', kind: undefined, message: '' } as const);
  if (code === 'PICTURE_FORMAT' || code === 'PICTURE_EMPTY') {
    const [, format = 'not something this page can read'] = /this is (.+); supported:/.exec(message) ?? [];
    return `is ${format}. Give this page a PNG or JPEG picture, a .wjz model or a .safetensors file.`;
  }
  if (code === 'DENSE_MISMATCH')
    return 'holds a net of another shape than quality 20, so they cannot be compared.';
  if (code === 'INPUT_NOT_A_PICTURE') return 'does not take pictures, so a drawing is no input for it.';
  if (code === 'FETCH_FAILED')
    return 'could not be loaded: the server did not send it. The rest of the page still works.';
  if (code === 'BACKEND_UNAVAILABLE') return 'cannot run: this browser has no backend for it.';
  if (kind === 'corrupt')
    return 'is damaged or incomplete, so it was not opened. The page goes on with what it had.';
  if (kind === 'limit') return 'is larger than this page will open.';
  if (kind === 'unsupported') return 'uses something that this page does not read.';
  return 'could not be used. The page goes on with what it had.';
}
