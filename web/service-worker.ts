/** Serves the page from what it has loaded: the network first, so that a new version is seen, else the copy. */
const CACHE = 'wjpeg-page';

/** The parts of a service worker's scope that are used here. */
interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchLike extends Event {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
const scope: EventTarget = globalThis;

scope.addEventListener('install', (event) => (event as Extendable).waitUntil(install()));
scope.addEventListener('fetch', (event) => {
  const { request } = event as FetchLike;
  const isOwn = request.method === 'GET' && new URL(request.url).origin === location.origin;
  if (isOwn) (event as FetchLike).respondWith(answer(request));
});

/** Fetches all that the page may come to need but the dense weights, which are as large as all else. */
async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  const files: string[] = await (await fetch('offline.json')).json();
  await cache.addAll(files);
}

async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(request, response.clone());
    return response;
  } catch (error) {
    const copy = await cache.match(request);
    if (copy) return copy;
    throw error;
  }
}
