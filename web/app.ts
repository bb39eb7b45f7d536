import { WjpegError } from '../src/errors.ts';
import type { ImageInputSpec } from '../src/format/manifest.ts';
import {
  type PictureReport,
  type PreparedInput,
  preparePicture,
  preparePixels,
} from '../src/image/prepare-picture.ts';
import { formatBytes } from '../src/text/numbers.ts';
import { ContactSheetView } from './contact-sheet.ts';
import { DrawingPad } from './drawing.ts';
import { acceptDrops } from './drops.ts';
import { FrontierPlot } from './frontier-plot.ts';
import {
  activations,
  disposeModel,
  download,
  type Listed,
  listModels,
  loadByParts,
  type Model,
  openModel,
  timeInference,
} from './models.ts';
import { complain, notify } from './notices.ts';
import { likeliest, ResultsView } from './results.ts';
import { type Variant, VariantCards, type VariantId } from './variants.ts';

const byId = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;

const TRAINED = 'models/mnist-mlp-512-trained.wjz';
const Q20 = 'models/mnist-mlp-512-q20.wjz';
const Q20_BY_PARTS = 'models/mnist-mlp-512-q20-by-parts.wjz';
const LABELS = Array.from({ length: 10 }, (_, digit) => String(digit));
/** Drawings are framed as MNIST was, whatever the model asks for other pictures. */
const DRAWN = { fit: 'center-of-mass' } as const;
const BLANK = 'The picture is blank: nothing stands out from its background.';
/** How long an input rests before all models are timed on it, in milliseconds. */
const REST = 250;

const variants: Variant[] = [
  {
    id: 'trained',
    name: 'Trained as JPEGs',
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
    name: 'Matrix form',
    note: 'The same file as quality 20, decoded to float32 matrices before it runs.',
    status: 'Waiting…',
  },
  {
    id: 'dense',
    name: 'Dense float32',
    note: 'The weights before they became a JPEG.',
    status: 'Not part of this page. To compare, open or drop a .safetensors of 784-512-10.',
  },
  { id: 'other', name: '', note: 'From the slider, or from you.', status: '' },
];

/** A picture that was opened; undefined while the pad's ink is the input. */
let picture: Uint8Array | undefined;
let active: VariantId = 'trained';
let q20: Uint8Array | undefined;
let listed: readonly Listed[] = [];
/** The slider's last stop whose model came. */
let stood = 0;
let loadingSlowly = new AbortController();
let loadingOther = new AbortController();
let answering = 0;
let measuring = 0;
let measureLater: ReturnType<typeof setTimeout> | undefined;
let shown: { file: Model['file']; path: string } | undefined;

const results = new ResultsView(byId('bars'), byId('answer'), byId('spoken'));
const sheet = new ContactSheetView({
  frame: byId('sheet-frame'),
  image: byId('sheet'),
  overlay: byId('lights'),
  caption: byId('sheet-note'),
  firing: byId('firing'),
  strongest: byId('strongest'),
});
const slider = byId<HTMLInputElement>('frontier');
const plot = new FrontierPlot(document.querySelector('#plot') as SVGElement, byId('listed'), (index) => {
  slider.value = String(index);
  void slide();
});
const cards = new VariantCards(byId('variants'), variants, choose);
const pad = new DrawingPad(byId('pad'), byId('pen'), () => {
  picture = undefined;
  void answer();
});

function variant(id: VariantId): Variant {
  return variants.find((other) => other.id === id) as Variant;
}

function spec({ session: { input } }: Model): ImageInputSpec {
  if (input.kind === 'image') return input;
  throw new WjpegError('misuse', 'INPUT_NOT_A_PICTURE', `takes ${input.length} numbers, not a picture`);
}

async function prepared(model: Model): Promise<PreparedInput> {
  return picture ? model.session.prepare(picture) : preparePixels(pad.picture, spec(model), DRAWN);
}

/** Answers for what is on the pad, with the model that is chosen. */
async function answer(): Promise<void> {
  const turn = ++answering;
  byId('hint').hidden = !pad.isEmpty;
  const { model } = variant(active);
  if (!model) return results.show(LABELS, undefined);
  try {
    const input = await prepared(model);
    const isEmpty = pad.isEmpty || input.report.blank;
    const logits = isEmpty ? undefined : await model.session.runPrepared(input);
    const firing = isEmpty ? undefined : await activations(model, input);
    if (turn !== answering) return;
    if (shown?.file !== model.file || shown.path !== model.session.path) {
      shown = { file: model.file, path: model.session.path };
      sheet.show(model.file, model.session.path, model.complete);
    }
    showInput(model, input.report);
    results.show(model.session.labels, logits, picture && input.report.blank ? BLANK : '');
    sheet.light(firing);
    measureSoon();
  } catch (error) {
    // A model that was replaced meanwhile answers no more; its successor does.
    if (turn === answering && variant(active).model === model) complain(error, 'The input');
  }
}

/** The input's samples, 0 dark … 255 light. */
function inputSamples(model: Model): Float32Array | undefined {
  const input = picture
    ? preparePicture(picture, spec(model), { via: 'pixels' })
    : preparePixels(pad.picture, spec(model), DRAWN);
  if (input.kind !== 'values') return undefined;
  const { mean, std, preprocessing } = spec(model) as { mean: number; std: number } & ImageInputSpec;
  return input.values.map((value) => {
    const sample = (value * std + mean) * 255;
    return preprocessing.background === 'light' ? 255 - sample : sample;
  });
}

function showInput(model: Model, { blank, fit }: PictureReport): void {
  const { width, height } = spec(model);
  const canvas = byId<HTMLCanvasElement>('seen');
  const context = canvas.getContext('2d');
  const samples = inputSamples(model);
  if (!context || !samples) return;
  canvas.width = width;
  canvas.height = height;
  const image = context.createImageData(width, height);
  samples.forEach((sample, i) => {
    image.data.fill(sample, 4 * i, 4 * i + 3);
    image.data[4 * i + 3] = 255;
  });
  context.putImageData(image, 0, 0);
  const whose = picture ? 'the picture' : 'your drawing';
  const how = fit === 'center-of-mass' ? 'scaled and centred as in MNIST, its training set' : 'scaled';
  byId('seen-note').textContent = picture && blank ? BLANK : `Network input: ${whose}, ${how}.`;
}

function measureSoon(): void {
  clearTimeout(measureLater);
  measureLater = setTimeout(() => void measure(), REST);
}

/** Runs every model that is there on the input, one after another: what it reads, and how long that takes. */
async function measure(): Promise<void> {
  const turn = ++measuring;
  if (pad.isEmpty) {
    for (const entry of variants) {
      delete entry.time;
      delete entry.reads;
    }
    return cards.update();
  }
  for (const entry of variants) {
    const { model } = entry;
    if (!model) continue;
    try {
      const input = await prepared(model);
      const logits = await model.session.runPrepared(input);
      const reads = input.report.blank ? 'nothing' : likeliest(model.session.labels, logits);
      const time = await timeInference(model.session, input);
      if (turn !== measuring) return;
      if (entry.model === model) Object.assign(entry, { reads, time });
      cards.update();
    } catch (error) {
      // Disposed meanwhile: what has taken its place is timed next.
      if (entry.model === model) complain(error, entry.name);
    }
    await new Promise((resolve) => setTimeout(resolve));
    if (turn !== measuring) return;
  }
}

function choose(id: VariantId): void {
  active = id;
  cards.choose(id);
  void answer();
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
  before?.firstLayer.dispose();
  cards.update();
  if (id === active) void answer();
  else measureSoon();
}

async function loadAtStart(id: VariantId, address: string, name: string): Promise<Uint8Array | undefined> {
  const entry = variant(id);
  try {
    const bytes = await download(address, new AbortController().signal, (received, total) => {
      entry.status = `Loading… ${formatBytes(received)}${total ? ` of ${formatBytes(total)}` : ''}`;
      cards.update();
    });
    put(id, await openModel(bytes));
    return bytes;
  } catch (error) {
    entry.status = 'Could not be loaded.';
    cards.update();
    complain(error, name);
    return undefined;
  }
}

async function start(): Promise<void> {
  cards.choose(active);
  results.show(LABELS, undefined);
  makeSamples();
  if (typeof WebAssembly === 'undefined') {
    notify({
      sentence:
        'This browser has no WebAssembly, so plain JavaScript multiplies: slower, but the page works all the same.',
      detail: 'backend: reference',
    });
  }
  await Promise.all([loadList(), loadAtStart('trained', TRAINED, 'The trained model'), loadQuality20()]);
  if (!variant(active).model) {
    const there = variants.find(({ model }) => model);
    if (there) choose(there.id);
  }
}

async function loadQuality20(): Promise<void> {
  q20 = await loadAtStart('q20', Q20, 'The quality 20 model');
  if (q20) return put('expanded', await openModel(q20, { path: 'expanded' }));
  variant('expanded').status = 'Needs the quality 20 file.';
  cards.update();
}

async function loadList(): Promise<void> {
  try {
    listed = await listModels();
    slider.max = String(listed.length - 1);
    stood = listed.findIndex(({ file }) => TRAINED.endsWith(file));
    slider.value = String(stood);
    slider.disabled = false;
    plot.show(listed);
    describeStop();
  } catch (error) {
    byId('stop').textContent = 'The list of models could not be loaded.';
    complain(error, 'The list of models');
  }
}

function describeStop(): Listed {
  const stop = listed[Number(slider.value)];
  const text = `${formatBytes(stop.bytes)}, test error ${stop.error.toFixed(2)}%: ${stop.net}, ${stop.how}`;
  byId('stop').textContent = text;
  slider.setAttribute('aria-valuetext', text);
  plot.mark(Number(slider.value));
  return stop;
}

async function slide(): Promise<void> {
  const stop = describeStop();
  loadingOther.abort();
  loadingOther = new AbortController();
  const { signal } = loadingOther;
  try {
    const model = await openModel(await download(`models/${stop.file}`, signal));
    if (signal.aborted) return disposeModel(model);
    stood = listed.indexOf(stop);
    variant('other').name = `Slider: ${formatBytes(stop.bytes)}`;
    put('other', model);
    choose('other');
  } catch (error) {
    if (signal.aborted) return;
    complain(error, `The model of ${formatBytes(stop.bytes)}`);
    slider.value = String(stood);
    describeStop();
  }
}

/** Loads quality 20 anew, slowly; switched off again, all of it is back at once. */
async function switchLink(): Promise<void> {
  const isSlow = byId<HTMLInputElement>('slow').checked;
  loadingSlowly.abort();
  byId('loading').hidden = !isSlow;
  if (!isSlow) {
    if (q20) put('q20', await openModel(q20));
    return;
  }
  loadingSlowly = new AbortController();
  const { signal } = loadingSlowly;
  byId<HTMLProgressElement>('progress').value = 0;
  byId('progress-note').textContent = 'Asking for the model…';
  try {
    await loadByParts(
      Q20_BY_PARTS,
      signal,
      ({ received, total, scans, complete }) => {
        if (signal.aborted) return;
        if (total) byId<HTMLProgressElement>('progress').value = received / total;
        const far = `${formatBytes(received)}${total ? ` of ${formatBytes(total)}` : ''}`;
        byId('progress-note').textContent = complete
          ? `${far}: all there and checked, ${scans} scans.`
          : scans > 0
            ? `${far}: answers already, from ${scans} ${scans === 1 ? 'scan' : 'scans'}.`
            : `${far}: not a net yet.`;
      },
      (model) => {
        if (signal.aborted) return disposeModel(model);
        put('q20', model);
        if (active !== 'q20') choose('q20');
      },
    );
  } catch (error) {
    if (signal.aborted) return;
    byId('loading').hidden = true;
    byId<HTMLInputElement>('slow').checked = false;
    complain(error, 'The quality 20 model');
  }
}

/** Opens what was dropped or chosen: weights, a model, or else a picture. */
async function openFile(file: File): Promise<void> {
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const name = file.name.toLowerCase();
    if (name.endsWith('.safetensors')) await openDense(bytes);
    else if (name.endsWith('.wjz')) await openOther(bytes, file.name);
    else await openPicture(bytes);
    byId('alert').replaceChildren();
  } catch (error) {
    complain(error, `“${file.name}”`);
  }
}

async function openDense(dense: Uint8Array): Promise<void> {
  if (!q20) throw new WjpegError('misuse', 'DENSE_WITHOUT_MODEL', 'the quality 20 model is missing');
  put('dense', await openModel(q20, { path: 'dense', dense, local: true }));
  choose('dense');
}

async function openOther(bytes: Uint8Array, name: string): Promise<void> {
  const model = await openModel(bytes, { local: true });
  try {
    spec(model);
  } catch (error) {
    disposeModel(model);
    throw error;
  }
  loadingOther.abort();
  variant('other').name = name;
  put('other', model);
  choose('other');
}

async function openPicture(bytes: Uint8Array): Promise<void> {
  const { model } = variant(active);
  if (!model) throw new WjpegError('misuse', 'NO_MODEL', 'no model is there to read it');
  // Refused here, before anything of the page has changed.
  await model.session.prepare(bytes);
  pad.clear();
  picture = bytes;
  const samples = inputSamples(model);
  if (samples) pad.show(samples, spec(model).width, spec(model).height);
  await answer();
}

function makeSamples(): void {
  byId('samples').replaceChildren(
    ...LABELS.map((digit) => {
      const button = document.createElement('button');
      button.type = 'button';
      const image = document.createElement('img');
      image.src = `pictures/digit-${digit}.png`;
      image.alt = `Try a ${digit}`;
      image.width = 28;
      image.height = 28;
      button.append(image);
      button.addEventListener('click', async () => {
        try {
          await openPicture(await download(image.src, new AbortController().signal));
        } catch (error) {
          complain(error, `The picture of a ${digit}`);
        }
      });
      return button;
    }),
  );
}

byId('clear').addEventListener('click', () => pad.clear());
byId('open').addEventListener('click', () => byId('file').click());
byId<HTMLInputElement>('file').addEventListener('change', async (event) => {
  const input = event.target as HTMLInputElement;
  const file = input.files?.[0];
  if (file) await openFile(file);
  input.value = '';
});
byId('frontier').addEventListener('input', () => void slide());
byId('slow').addEventListener('change', () => void switchLink());
acceptDrops(openFile);
void start();
