import { WjpegError } from '../src/errors.ts';
import { isNetworkPicture } from '../src/format/picture/parts.ts';
import { formatBytes } from '../src/text/numbers.ts';
import { areDigits, doubtOf } from './doubt.ts';
import { DrawingPad } from './drawing.ts';
import { acceptDrops } from './drops.ts';
import { EXAMPLE } from './example.ts';
import { emptyNote, PadInput, pictureSpec, takesColours } from './input.ts';
import { networks, pictures } from './latest.ts';
import { disposeModel, download, type Model, openModel } from './models.ts';
import type { NetworkView } from './network-view.ts';
import { complain, notify } from './notices.ts';
import { pause } from './pause.ts';
import type { Photographs } from './photographs.ts';
import type { Rest } from './rest.ts';
import { classifies, ResultsView } from './results.ts';
import { DIGITS, type Sample, showSamples } from './samples.ts';
import type { NetworkPicture, Other, Variant, VariantId } from './variants.ts';

const byId = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;

/** One JPEG, which browsers show; the slider has the same network arithmetic-coded. */
const FIRST = 'models/mnist-mlp-512-trained.jpg';
const FIRST_LISTED = 'mnist-mlp-512-trained.wjz';
const Q20 = 'models/mnist-mlp-512-q20.wjz';
const Q20_NAME = 'The quality 20 model';
const DENSE = 'models/mnist-mlp-512-q20-dense.safetensors';
const LABELS = Array.from({ length: 10 }, (_, digit) => String(digit));

const variants: Variant[] = [
  {
    id: 'trained',
    name: 'Trained as a JPEG',
    note: 'Learnt as coefficients, multiplied as coefficients.',
    status: 'Waiting…',
  },
  {
    id: 'q20',
    name: 'Quality 20',
    note: 'An ordinary net, its first layer saved as a JPEG, multiplied as coefficients.',
    status: 'Waiting…',
  },
  {
    id: 'expanded',
    name: 'Expanded',
    note: 'The same file as quality 20, decoded to float32 matrices before it runs.',
    status: 'Waiting…',
  },
  {
    id: 'dense',
    name: 'Dense float32',
    note: 'The weights of quality 20 as a file of float32, as other runtimes load them.',
    status: 'Fetched when you choose it: 1.63 MB.',
    onDemand: true,
  },
  { id: 'other', name: '', note: '', status: '' },
  { id: 'other-expanded', name: '', note: 'The same file, decoded to float32 before it runs.', status: '' },
];

let active: VariantId = 'trained';
/** Of networks that are one JPEG. */
const networkPictures = new WeakMap<Model, NetworkPicture>();
/** Of the network that the page begins with, which stands for all that are none. */
let first: NetworkPicture | undefined;
/** The one that is shown. */
let pictured: NetworkPicture | undefined;
let q20: Uint8Array | undefined;
let answering = 0;
/** Loaded for the first model that is a graph. */
let network: NetworkView | undefined;
/** What the first answer does not need. */
let rest: Rest | undefined;
/** Loaded for the first network that takes colours. */
let photographs: Photographs | undefined;
/** What the contact sheet shows. */
let shown: { file: Model['file']; path: string } | undefined;

const results = new ResultsView(byId('bars'), byId('answer'), byId('spoken'), byId('values'));
const pad = new DrawingPad(byId('pad'), byId('pen'), () => {
  pictures.ask();
  input.drawingChanged();
  void answer();
});
const input = new PadInput(pad, byId('seen'), byId('seen-note'));

function variant(id: VariantId): Variant {
  return variants.find((other) => other.id === id) as Variant;
}

/** Answers for what is on the pad, with the model that is chosen. */
async function answer(): Promise<void> {
  const turn = ++answering;
  const { model } = variant(active);
  invite(model);
  if (!model) return results.show(LABELS, undefined);
  showNetworkPicture(model);
  photographs?.follow(model, takesColours(model));
  try {
    const prepared = await input.prepare(model);
    const isEmpty = input.isEmpty || prepared.report.blank;
    const logits = isEmpty ? undefined : await model.session.runPrepared(prepared);
    if (turn !== answering) return;
    const values = await input.values(model, prepared);
    if (turn !== answering) return;
    input.show(model, prepared, values);
    const { labels } = model.session;
    const isClassifier = classifies(model.session);
    const doubt = logits && isClassifier ? doubtOf(labels, logits, values, pictureSpec(model)) : '';
    byId('doubt').textContent = doubt;
    byId('answer').toggleAttribute('data-unsure', doubt !== '');
    const otherwise = input.isPicture && prepared.report.blank ? emptyNote(values) : '';
    if (isClassifier) results.show(labels, logits, otherwise, doubt);
    else results.showValues(model.session.outputMetadata, logits, otherwise);
    // The first answer waits for nothing else.
    const firing = isEmpty || !rest ? undefined : await model.firstLayer?.run(prepared);
    if (turn !== answering) return;
    await showLayers(model, firing, logits && values);
    rest?.measuring.soon();
  } catch (error) {
    // A model that was replaced meanwhile answers no more; its successor does.
    if (turn === answering && variant(active).model === model) complain(error, 'The input');
  }
}

/** Says on the empty pad what belongs there. */
function invite(model: Model | undefined): void {
  const hint = byId('hint');
  hint.hidden = !pad.isEmpty;
  const isForDigits = areDigits(model?.session.labels ?? LABELS);
  hint.textContent = isForDigits ? '0 – 9' : model && takesColours(model) ? 'a photo' : '';
}

/** `firing`: of the first layer of a chain; `values`: the input of a graph. Undefined without an input. */
async function showLayers(
  model: Model,
  firing: Float32Array | undefined,
  values: Float32Array | undefined,
): Promise<void> {
  const isGraph = model.file.manifest.outputs !== undefined;
  byId('first-layer').hidden = isGraph;
  rest?.how.show({ model, firing, values });
  if (isGraph) {
    network ??= new (await import('./network-view.ts')).NetworkView(byId('network'));
    network.show(model);
    return network.light(values);
  }
  network?.show(undefined);
  if (!rest) return;
  const { sheet } = rest;
  if (shown?.file !== model.file || shown.path !== model.session.path) {
    shown = { file: model.file, path: model.session.path };
    sheet.show(model.file, model.session.path, model.complete);
  }
  sheet.light(firing, model);
}

/** A card was pressed. */
function press(id: VariantId): void {
  const signal = networks.ask();
  if (variant(id).model) choose(id);
  else void fetchDense(signal);
}

function choose(id: VariantId): void {
  active = id;
  rest?.cards.choose(id);
  void answer();
}

/** The dense baseline is as large as 400 networks, so it comes when it is asked for. */
async function fetchDense(signal: AbortSignal): Promise<void> {
  const entry = variant('dense');
  const { status } = entry;
  try {
    await openDense(await fetchFor(entry, DENSE, signal), signal);
  } catch (error) {
    entry.status = signal.aborted ? status : 'Could not be loaded.';
    rest?.cards.choose(active);
    if (!signal.aborted) complain(error, 'The dense network');
  }
}

function put(id: VariantId, model: Model): void {
  const entry = variant(id);
  const before = entry.model;
  entry.model = model;
  // A session that has got better keeps its figures until it is measured again.
  if (before?.session !== model.session) {
    delete entry.time;
    delete entry.reads;
    before?.session.dispose();
  }
  before?.firstLayer?.dispose();
  rest?.cards.update();
  if (id === active) void answer();
  else rest?.measuring.soon();
}

/** Puts a network beside the page's first ones, and chooses it. */
function putOther(model: Model, { name, note, expanded, picture }: Other): void {
  if (picture) for (const part of expanded ? [model, expanded] : [model]) networkPictures.set(part, picture);
  // A digit is nothing to ask a network for photographs about.
  if (takesColours(model) && !input.isPicture) {
    pad.wipe();
    input.drawingChanged();
  }
  const other = variant('other-expanded');
  if (other.model) disposeModel(other.model);
  delete other.model;
  Object.assign(variant('other'), { name, note });
  other.name = `${name}, expanded`;
  put('other', model);
  if (expanded) put('other-expanded', expanded);
  choose('other');
}

async function loadAtStart(id: VariantId, address: string, name: string): Promise<Uint8Array | undefined> {
  const entry = variant(id);
  try {
    const bytes = await fetchFor(entry, address);
    await pause();
    put(id, await openModel(bytes));
    return bytes;
  } catch (error) {
    entry.status = 'Could not be loaded.';
    rest?.cards.update();
    complain(error, name);
    return undefined;
  }
}

function fetchFor(entry: Variant, address: string, signal?: AbortSignal): Promise<Uint8Array> {
  return download(address, signal, (received, total) => {
    entry.status = `Loading… ${formatBytes(received)}${total ? ` of ${formatBytes(total)}` : ''}`;
    rest?.cards.update();
  });
}

async function loadQuality20(): Promise<void> {
  q20 = await loadAtStart('q20', Q20, Q20_NAME);
  await pause();
  if (q20) return put('expanded', await openModel(q20, { path: 'expanded' }));
  variant('expanded').status = 'Needs the quality 20 file.';
  rest?.cards.update();
}

/** Opens what was dropped or chosen: weights, a model, or else a picture. */
async function openFile(file: File): Promise<void> {
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const name = file.name.toLowerCase();
    if (name.endsWith('.safetensors')) await openDense(bytes, networks.ask(), true);
    else if (name.endsWith('.wjz') || isNetworkPicture(bytes)) await openOther(bytes, file.name);
    else await openPicture(bytes);
    byId('alert').replaceChildren();
  } catch (error) {
    complain(error, `“${file.name}”`);
  }
}

async function openDense(dense: Uint8Array, signal: AbortSignal, local = false): Promise<void> {
  if (!q20) throw new WjpegError('misuse', 'DENSE_WITHOUT_MODEL', 'the quality 20 model is missing');
  put('dense', await openModel(q20, { path: 'dense', dense, local }));
  if (!signal.aborted) choose('dense');
}

async function openOther(bytes: Uint8Array, name: string): Promise<void> {
  const signal = networks.ask();
  const model = await openModel(bytes, { local: true });
  try {
    if (takesColours(model)) await photographsPart();
    const expanded = await openModel(bytes, { path: 'expanded', local: true });
    if (!signal.aborted)
      return putOther(model, {
        name,
        note: 'Your file.',
        expanded,
        ...(isNetworkPicture(bytes) && { picture: { bytes, name } }),
      });
    disposeModel(model);
    disposeModel(expanded);
  } catch (error) {
    disposeModel(model);
    throw error;
  }
}

async function openPicture(bytes: Uint8Array): Promise<void> {
  const { model } = variant(active);
  if (!model) throw new WjpegError('misuse', 'NO_MODEL', 'no model is loaded to read it');
  pictures.ask();
  await input.open(bytes, model);
  await answer();
}

/** A style of what comes on demand; the page waits for it. */
function loadStyle(address: string): Promise<void> {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = address;
  return new Promise((resolve, reject) => {
    link.onload = () => resolve();
    link.onerror = () =>
      reject(new WjpegError('unavailable', 'FETCH_FAILED', `${address}: could not be fetched`));
    document.head.append(link);
  });
}

async function openSample({ address, what }: Sample): Promise<void> {
  const signal = pictures.ask();
  try {
    await openPicture(await download(address, signal));
  } catch (error) {
    if (!signal.aborted) complain(error, `The picture of ${what}`);
  }
}

function showNetworkPicture(model: Model): void {
  const own = networkPictures.get(model);
  const picture = own ?? first;
  if (!picture) return;
  byId('model-which').textContent = own ? 'This picture is the network' : 'A network that is a picture';
  if (picture === pictured) return;
  pictured = picture;
  const { bytes, address, name = '' } = picture;
  const image = byId<HTMLImageElement>('model-picture');
  image.onload = () =>
    byId('model').toggleAttribute('data-wide', image.naturalWidth > 2 * image.naturalHeight);
  URL.revokeObjectURL(image.src);
  image.src = URL.createObjectURL(new Blob([bytes as BlobPart], { type: 'image/jpeg' }));
  const link = byId<HTMLAnchorElement>('model-download');
  link.href = address ?? image.src;
  link.download = name;
  byId('model-bytes').textContent = `${bytes.length.toLocaleString('en')} bytes`;
  byId('model').hidden = false;
}

/** Photographs beside the digits, once they are wanted. */
async function photographsPart(): Promise<Photographs> {
  if (photographs) return photographs;
  const part = await import('./photographs.ts');
  photographs ??= new part.Photographs(document, {
    put: putOther,
    openSample,
  });
  return photographs;
}

/** Back to the digit that the page begins with. */
function openDigits(): void {
  networks.ask();
  byId('kinds').ariaBusy = 'false';
  choose('trained');
  pad.clear();
  input.drawingChanged();
  pad.demonstrate(EXAMPLE);
}

async function start(): Promise<void> {
  results.show(LABELS, undefined);
  if (typeof WebAssembly === 'undefined') {
    notify({
      sentence:
        'This browser has no WebAssembly, so plain JavaScript multiplies: slower, but the page works all the same.',
      detail: 'backend: reference',
    });
  }
  const loading = loadAtStart('trained', FIRST, 'The trained model');
  pad.demonstrate(EXAMPLE);
  const bytes = await loading;
  await pause();
  const { model } = variant('trained');
  if (bytes && model) {
    first = { bytes, address: FIRST };
    networkPictures.set(model, first);
    showNetworkPicture(model);
  }
  showSamples(byId('samples'), DIGITS, openSample);
  const { setUp } = await import('./rest.ts');
  await pause();
  rest = setUp({
    variants,
    input,
    choose,
    press,
    put,
    putOther,
    restoreQuality20: async () => {
      if (q20) put('q20', await openModel(q20));
    },
    isActive: (id) => active === id,
  });
  rest.cards.choose(active);
  void answer();
  await Promise.all([rest.frontier.load(FIRST_LISTED), loadQuality20()]);
  if (!variant(active).model) {
    const loaded = variants.find(({ model }) => model);
    if (loaded) choose(loaded.id);
  }
  // From the next visit on the page works offline; one that was opened as a file, or is forbidden to, does without.
  if (location.protocol.startsWith('http'))
    await navigator.serviceWorker?.register('service-worker.js').catch(() => {});
}

byId('clear').addEventListener('click', () => pad.clear());
byId('open').addEventListener('click', () => byId('file').click());
byId<HTMLInputElement>('file').addEventListener('change', async (event) => {
  const picker = event.target as HTMLInputElement;
  const file = picker.files?.[0];
  if (file) await openFile(file);
  picker.value = '';
});
/** Of the network for photographs that is loading. */
let opening: AbortSignal | undefined;
byId('kinds').addEventListener('change', async (event) => {
  if ((event.target as HTMLInputElement).value === 'digits') return openDigits();
  const [network, picture] = [networks.ask(), pictures.ask()];
  opening = network;
  byId('kinds').ariaBusy = 'true';
  byId('spoken').textContent = 'The network for photographs is loading.';
  try {
    await (await photographsPart()).open(network, picture);
  } catch (error) {
    if (network.aborted) return;
    byId('kinds').querySelector('input')?.click();
    complain(error, 'The part for photographs');
  } finally {
    if (opening === network) byId('kinds').ariaBusy = 'false';
  }
});
byId('train-open').addEventListener('click', async () => {
  try {
    const [{ TrainView }] = await Promise.all([import('./train/view.ts'), loadStyle('train.css')]);
    new TrainView(byId('train-room'), (bytes) => {
      pad.clear();
      void openFile(new File([bytes as BlobPart], 'model.jpg'));
      scrollTo({ top: 0 });
      byId('pad').focus({ preventScroll: true });
    });
    byId('train-canvas').focus();
  } catch (error) {
    complain(error, 'The trainer');
  }
});
acceptDrops(openFile);
void start();
