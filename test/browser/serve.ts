import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Served {
  readonly type: string;
  readonly body: Uint8Array | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What makes a page cross-origin isolated; workers need it, too. */
export const ISOLATION = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/**
 * Serves a few files on a free port of this machine. Returns the address, without a slash at its end. `posted` gets what
 * pages send by POST, whatever the address.
 */
export async function serve(
  files: Readonly<Record<string, Served>>,
  posted?: (body: string) => void,
): Promise<{ address: string; close(): Promise<void> }> {
  const server: Server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      posted?.(await text(request));
      response.writeHead(204).end();
      return;
    }
    const file = files[request.url ?? ''];
    if (!file) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': file.type, ...file.headers }).end(file.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
