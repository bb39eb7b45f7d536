import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { WjpegError } from '../../src/errors.ts';
import { POLICY } from './build.ts';

/** Content types by the ending of a file. */
export const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
};

/** What is smaller when it is gzipped; models and pictures are not. */
const COMPRESSED = new Set(['.html', '.js', '.css', '.json']);

/** Serves a built page on this machine only, as hosts do: compressed for those who take it. Port 0 takes a free one. */
export async function servePage(folder: string, port: number): Promise<{ address: string; close(): void }> {
  const server = createServer((request, response) => {
    // A URL's path has no '..' left after parsing; what is encoded stays encoded.
    const path = new URL(request.url ?? '/', 'http://localhost').pathname.replace(/\/$/, '/index.html');
    let body: Uint8Array;
    try {
      body = readFileSync(join(folder, path));
    } catch {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n');
      return;
    }
    const isCompressed =
      COMPRESSED.has(extname(path)) && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
    if (isCompressed) body = gzipSync(body);
    response
      .writeHead(200, {
        ...(isCompressed && { 'content-encoding': 'gzip' }),
        'content-type': CONTENT_TYPES[extname(path)] ?? 'application/octet-stream',
        'content-length': body.length,
        'content-security-policy': POLICY,
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
      })
      .end(body);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE' || error.code === 'EACCES';
      const message = `port ${port} is unavailable (${error.code}): choose another`;
      reject(taken ? new WjpegError('unavailable', 'PORT_TAKEN', message, { cause: error }) : error);
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return { address: `http://localhost:${taken}`, close: () => server.close() };
}
