import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type DownloadOptions, downloadFiles, type Outcome } from '../../tools/mnist/download.ts';
import { type DataFile, verifyFolder } from '../../tools/mnist/files.ts';

const CONTENT = new TextEncoder().encode('first file '.repeat(2000));
const OTHER = new TextEncoder().encode('second file');
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const FILES: readonly DataFile[] = [
  { name: 'first', sha256: sha256(CONTENT) },
  { name: 'second', sha256: sha256(OTHER) },
];
const PACKED = new Map([
  ['first.gz', gzipSync(CONTENT)],
  ['second.gz', gzipSync(OTHER)],
]);

/** Mirrors that a folder of the local server plays. */
const MIRRORS: Record<string, (packed: Uint8Array, response: ServerResponse) => void> = {
  good: (packed, response) => response.end(packed),
  missing: (_, response) => response.writeHead(404).end('no such thing'),
  altered: (_, response) => response.end(gzipSync('something else')),
  html: (_, response) => response.end('<html>Please log in</html>'),
  cut: (packed, response) => {
    response.writeHead(200, { 'content-length': packed.length });
    response.write(packed.subarray(0, packed.length >> 1), () => response.destroy());
  },
  silent: (packed, response) => {
    response.writeHead(200, { 'content-length': packed.length });
    response.write(packed.subarray(0, 4));
  },
};

const requests: string[] = [];
const server = createServer((request, response) => {
  const [, mirror, name] = (request.url ?? '').split('/');
  requests.push(`${mirror}/${name}`);
  MIRRORS[mirror](PACKED.get(name) ?? new Uint8Array(), response);
});

let address: string;
let folder: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  requests.length = 0;
  folder = mkdtempSync(join(tmpdir(), 'wjpeg-fetch-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function download(
  mirrors: readonly string[],
  options: Partial<DownloadOptions> = {},
): Promise<Record<string, Outcome>> {
  const outcomes: Record<string, Outcome> = {};
  await downloadFiles({
    files: FILES,
    mirrors: mirrors.map((mirror) => `http://${address}/${mirror}`),
    folder,
    idleTimeout: 300,
    onFile: ({ name }, outcome) => {
      outcomes[name] = outcome;
    },
    ...options,
  });
  return outcomes;
}

test('fetches all files and says from where', async () => {
  const progress: number[] = [];
  const outcomes = await download(['good'], {
    onProgress: ({ name }, received) => {
      if (name === 'first') progress.push(received);
    },
  });
  expect(outcomes.first).toEqual({ kind: 'fetched', host: address, faults: [] });
  expect(readdirSync(folder).sort()).toEqual(['first.gz', 'second.gz']);
  expect(readFileSync(join(folder, 'first.gz')).equals(PACKED.get('first.gz') ?? new Uint8Array())).toBe(
    true,
  );
  expect(progress.at(-1)).toBe(PACKED.get('first.gz')?.length);
  await verifyFolder(FILES, folder);
});

test('goes on where it stopped: what is right stays, packed or not, what is wrong is fetched again', async () => {
  writeFileSync(join(folder, 'first'), CONTENT);
  writeFileSync(join(folder, 'second.gz'), gzipSync('damaged'));
  const outcomes = await download(['good']);
  expect(outcomes.first).toEqual({ kind: 'present' });
  expect(outcomes.second).toMatchObject({ kind: 'fetched' });
  expect(requests).toEqual(['good/second.gz']);
});

describe('a mirror that fails', () => {
  test.each([
    ['missing', /HTTP 404/],
    ['altered', /SHA-256 must be [0-9a-f]{64}, got [0-9a-f]{64}/],
    ['html', /not a whole gzip file/],
    ['cut', /.+/],
    ['silent', /nothing came for 0\.3 s/],
  ])('%s: the next one serves', async (mirror, fault) => {
    const { first } = await download([mirror, 'good']);
    expect(first).toMatchObject({ kind: 'fetched', faults: [expect.stringMatching(fault)] });
    await verifyFolder(FILES, folder);
  });

  test('all of them: one line with every reason, and nothing is written', async () => {
    const closed = 'http://127.0.0.1:9';
    const attempt = downloadFiles({
      files: FILES,
      mirrors: [closed, ...['missing', 'altered', 'cut'].map((mirror) => `http://${address}/${mirror}`)],
      folder,
    });
    await expect(attempt).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'DATA_FETCH',
      message: expect.stringMatching(
        /^cannot fetch first\.gz: 127\.0\.0\.1:9: [^;]+; [\d.:]+: HTTP 404; [\d.:]+: SHA-256 [^;]+; [^;]+$/,
      ),
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    [[], /no mirror/],
    [['nowhere'], /not a URL: nowhere/],
  ])('mirrors %j', async (mirrors, message) => {
    await expect(downloadFiles({ files: FILES, mirrors, folder })).rejects.toThrow(message);
  });
});

describe('the command', () => {
  const run = async (options: readonly string[], environment: Record<string, string>) => {
    const script = fileURLToPath(new URL('../../tools/fetch-mnist.ts', import.meta.url));
    const child = promisify(execFile)(process.execPath, ['--import', 'tsx', script, ...options], {
      env: { ...process.env, WJPEG_MNIST_DIR: '', ...environment },
    });
    return child.then(
      ({ stdout }) => ({ code: 0, output: stdout }),
      ({ code, stderr }: { code: number; stderr: string }) => ({ code, output: stderr }),
    );
  };

  test('fails with one line and exit code 1', async () => {
    const { code, output } = await run(['--folder', folder, '--mirror', `http://${address}/missing`], {});
    expect(code).toBe(1);
    expect(output).toBe(`fetch-mnist: cannot fetch train-images-idx3-ubyte.gz: ${address}: HTTP 404\n`);
  });

  test('checks WJPEG_MNIST_DIR instead of fetching', async () => {
    mkdirSync(join(folder, 'empty'));
    const { code, output } = await run([], { WJPEG_MNIST_DIR: join(folder, 'empty') });
    expect(code).toBe(1);
    expect(output).toMatch(/^fetch-mnist: .*train-images-idx3-ubyte\[\.gz\]: missing\n$/);
  });

  const mnist = process.env.WJPEG_MNIST_DIR;
  test.skipIf(!mnist)(
    `finds MNIST complete${mnist ? '' : ' (skipped: WJPEG_MNIST_DIR is not set)'}`,
    async () => {
      const { code, output } = await run([], { WJPEG_MNIST_DIR: mnist ?? '' });
      expect([code, output]).toEqual([0, expect.stringContaining('is complete and right')]);
    },
  );
});
