/** Why a request is refused: an HTTP status and one line. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly status: 400 | 404 | 405 | 411 | 413 | 415 | 500 | 503;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: RequestError['status'], message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** The server has no room or no time now: the client may try again. */
export function overloaded(message: string): RequestError {
  return new RequestError(503, message, { 'Retry-After': '1' });
}
