import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a host that may misbehave sends its files. */
export interface HostBehaviour {
  /** Whether it heeds `Range`; yes if absent. */
  readonly ranges?: boolean;
  /** Bytes after which it cuts the first, second, … connection to the model; further ones it leaves whole. */
  readonly cuts?: readonly number[];
  /** Awaited before it cuts a connection; gets the bytes of the model sent up to there. */
  readonly beforeCut?: (sent: number) => Promise<unknown>;
  /** Its entity tag for the n-th request of the model. */
  readonly tag?: (request: number) => string;
}

export interface Hosted {
  readonly type: string;
  readonly body: Uint8Array | string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const MODEL = '/model.wjz';

const PIECE = 8192;

/** A static host on a free port of this machine. `/model.wjz` is sent as `behave` says, all else plainly. */
export class Host {
  /** The `Range` of each request of the model, in order; undefined where there was none. */
  readonly ranges: (string | undefined)[] = [];
  behaviour: HostBehaviour = {};
  model: Uint8Array = new Uint8Array(0);
  readonly #files: Readonly<Record<string, Hosted>>;
  readonly #server: Server;

  private constructor(files: Readonly<Record<string, Hosted>>) {
    this.#files = files;
    this.#server = createServer((request, response) => this.#serve(request, response));
  }

  static async open(files: Readonly<Record<string, Hosted>> = {}): Promise<Host> {
    const host = new Host(files);
    await new Promise<void>((resolve) => host.#server.listen(0, '127.0.0.1', resolve));
    return host;
  }

  /** Without a slash at its end. */
  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Begins anew with another model and behaviour. */
  offer(model: Uint8Array, behaviour: HostBehaviour = {}): string {
    this.ranges.length = 0;
    this.model = model;
    this.behaviour = behaviour;
    return `${this.address}${MODEL}`;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const path = new URL(request.url ?? '/', this.address).pathname;
    if (path === MODEL) {
      this.#serveModel(request, response);
      return;
    }
    const file = this.#files[path];
    if (!file) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': file.type, ...file.headers }).end(file.body);
  }

  async #serveModel(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { model, behaviour } = this;
    const number = this.ranges.push(request.headers.range) - 1;
    const tag = behaviour.tag?.(number) ?? '"1"';
    const wanted = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    const ifRange = request.headers['if-range'];
    const heeded =
      behaviour.ranges !== false && wanted !== null && (ifRange === undefined || ifRange === tag);
    const from = heeded ? Number(wanted[1]) : 0;
    const common = { 'content-type': 'application/octet-stream', 'cache-control': 'no-store', etag: tag };
    if (heeded && from >= model.length) {
      response.writeHead(416, { ...common, 'content-range': `bytes */${model.length}` }).end();
      return;
    }
    const body = model.subarray(from);
    response.writeHead(heeded ? 206 : 200, {
      ...common,
      'content-length': body.length,
      ...(heeded && { 'content-range': `bytes ${from}-${model.length - 1}/${model.length}` }),
    });
    const cut = behaviour.cuts?.[number] ?? Number.POSITIVE_INFINITY;
    for (let at = 0; at < Math.min(cut, body.length) && !response.destroyed; at += PIECE) {
      const chunk = body.subarray(at, Math.min(at + PIECE, cut, body.length));
      await new Promise((resolve) => response.write(chunk, resolve));
    }
    if (cut < body.length) {
      await behaviour.beforeCut?.(from + cut);
      response.destroy();
    } else {
      response.end();
    }
  }
}
