import { preparePixels } from '../../src/image/prepare-pixels.ts';
import { formatBytes } from '../../src/text/numbers.ts';
import { isSure } from '../doubt.ts';
import { pictureSpec } from '../input.ts';
import { disposeModel, type Model, openModel } from '../models.ts';
import { complain, notify } from '../notices.ts';
import { ResultsView } from '../results.ts';
import { ClassList } from './classes.ts';
import { readPictures } from './files.ts';
import { MARKUP } from './markup.ts';
import type { TrainingProgress } from './messages.ts';
import { collect, kindOf } from './pictures.ts';
import { TrainingRun } from './run.ts';
import type { PictureKind } from './settings.ts';
import { Viewfinder } from './viewfinder.ts';

/** Fewest pictures of a class. */
const FEWEST = 3;

/** What to do with a network that is ready. */
const TRY: Readonly<Record<PictureKind, string>> = {
  strokes: 'Draw something: it answers.',
  photos: 'Show it something by camera or file: it answers.',
};

/** Where pictures are collected, a network is trained on them, and tried. */
export class TrainView {
  readonly #root: HTMLElement;
  readonly #onUse: (bytes: Uint8Array) => void;
  readonly #viewfinder: Viewfinder;
  readonly #classes: ClassList;
  readonly #results: ResultsView;
  #run: TrainingRun | undefined;
  #kind: PictureKind = 'strokes';
  #jpeg: Uint8Array | undefined;
  #model: Model | undefined;
  #answering = 0;

  /** `onUse` gets the network that is to answer on the page's own pad. */
  constructor(root: HTMLElement, onUse: (bytes: Uint8Array) => void) {
    this.#root = root;
    this.#onUse = onUse;
    root.innerHTML = MARKUP;
    this.#results = new ResultsView(
      this.#part('.bars'),
      this.#part('#train-answer'),
      this.#part('.spoken'),
      this.#part('.values'),
    );
    this.#viewfinder = new Viewfinder(this.#part('.train-pad'), () => {
      this.#classes.say(this.#viewfinder.isDrawing ? 'drawing' : 'photo');
      void this.#answer();
    });
    this.#classes = new ClassList(this.#part('.classes'), this.#part('.more'), this.#part('#train-class'), {
      take: (index) => void this.#take(index),
      files: (index, files) => void this.#addFiles(index, files),
      change: () => this.#advise(),
    });
    this.#advise();
    this.#on('#train-start', () => this.#start());
    this.#on('#train-stop', () => void this.#stop());
    this.#on('.use', () => {
      this.#viewfinder.stopCamera();
      if (this.#jpeg) this.#onUse(this.#jpeg);
    });
    const pad = this.#part('.train-pad');
    new ResizeObserver(() => root.style.setProperty('--pad-height', `${pad.offsetHeight}px`)).observe(pad);
    this.#part('canvas').addEventListener('keydown', (event) => {
      const index = Number((event as KeyboardEvent).key) - 1;
      if (this.#classes.classes[index]) void this.#take(index);
    });
  }

  async #take(index: number): Promise<void> {
    const { isDrawing } = this.#viewfinder;
    const picture = await this.#viewfinder.picture();
    const collected = picture && collect(picture, isDrawing);
    if (!collected) return this.#say(isDrawing ? 'Draw something first.' : 'There is nothing to see yet.');
    this.#classes.add(index, collected);
    this.#viewfinder.clear();
  }

  async #addFiles(index: number, files: readonly File[]): Promise<void> {
    for (const { picture } of await readPictures(files)) {
      const collected = collect(picture, false);
      if (collected) this.#classes.add(index, collected);
      else notify({ sentence: 'A picture of one even colour was left out.', detail: 'blank' });
    }
  }

  /** Says what is missing, and lets training begin once nothing is. */
  #advise(): void {
    // Called while the list of classes is made.
    const classes = (this.#classes as ClassList | undefined)?.classes ?? [];
    const names = classes.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) < index);
    const few = classes.filter(({ pictures }) => pictures.length < FEWEST);
    const start = this.#part('#train-start') as HTMLButtonElement;
    start.disabled = classes.length === 0 || twice !== undefined || few.length > 0;
    if (this.#run) return;
    this.#say(
      twice !== undefined
        ? `Two classes are called ${twice}.`
        : few.length > 0
          ? `At least ${FEWEST} pictures per class are needed; ten make it good.`
          : 'Ready. It takes some seconds, in this browser alone.',
    );
  }

  #say(sentence: string): void {
    this.#part('.advice').textContent = sentence;
  }

  #start(): void {
    const { classes } = this.#classes;
    const all = classes.flatMap(({ pictures }) => pictures);
    const kind = kindOf(all);
    const size = all[0].samples[kind].length;
    const pictures = new Uint8Array(size * all.length);
    all.forEach(({ samples }, index) => {
      pictures.set(samples[kind], index * size);
    });
    const labels = Uint8Array.from(classes.flatMap(({ pictures }, index) => pictures.map(() => index)));
    this.#run?.stop();
    this.#kind = kind;
    this.#jpeg = undefined;
    this.#drop();
    this.#part('.train-model').hidden = false;
    this.#part('.get').hidden = true;
    this.#part('.far').textContent = 'Starting…';
    this.#say('');
    this.#run = new TrainingRun(
      { kind, pictures, labels, classes: classes.map(({ name }) => name) },
      (progress) => void this.#progress(progress),
      (error) => {
        this.#ended();
        this.#part('.far').textContent = 'The training failed.';
        complain(error, 'The training');
      },
    );
    this.#ended(true);
  }

  async #progress(progress: TrainingProgress): Promise<void> {
    const { epoch, epochs, wrong, count, secondsLeft, jpeg } = progress;
    this.#jpeg = jpeg;
    const isDone = epoch === epochs;
    const image = this.#part('.train-model img') as HTMLImageElement;
    if (image.src) URL.revokeObjectURL(image.src);
    image.src = URL.createObjectURL(new Blob([jpeg as BlobPart], { type: 'image/jpeg' }));
    (this.#part('progress') as HTMLProgressElement).value = epoch / epochs;
    this.#part('.wrong').textContent = `${wrong} of ${count}`;
    this.#part('.bytes').textContent = `${jpeg.length.toLocaleString('en')} bytes`;
    this.#part('.left').textContent = isDone ? 'done' : `${Math.ceil(secondsLeft)} s`;
    if (isDone) await this.#finish(`Trained. ${TRY[this.#kind]}`);
    // Read aloud by screen readers, so it stays the same all along.
    else this.#part('.far').textContent = 'Training: this JPEG is the network.';
  }

  async #stop(): Promise<void> {
    this.#run?.stop();
    if (this.#jpeg) return this.#finish('Stopped: this is how far it has come.');
    this.#ended();
    this.#part('.train-model').hidden = true;
  }

  /** Offers what has been trained, and lets it answer. */
  async #finish(sentence: string): Promise<void> {
    this.#ended();
    const jpeg = this.#jpeg as Uint8Array;
    this.#part('.far').textContent = sentence;
    this.#part('.left').textContent = 'done';
    this.#part('.get').hidden = false;
    const link = this.#part('.get a') as HTMLAnchorElement;
    link.href = (this.#part('.train-model img') as HTMLImageElement).src;
    link.textContent = `Download model.jpg, ${formatBytes(jpeg.length)}`;
    const model = await openModel(jpeg, { local: true });
    // Another training may have begun meanwhile.
    if (this.#jpeg !== jpeg) return disposeModel(model);
    this.#model = model;
    this.#part('.train-read').hidden = false;
    await this.#answer();
  }

  /** The buttons as they are with no run going on, or with one. */
  #ended(isRunning = false): void {
    if (!isRunning) this.#run = undefined;
    const [start, stop] = [this.#part('#train-start'), this.#part('#train-stop')];
    const [shown, hidden] = isRunning ? [stop, start] : [start, stop];
    const isFocused = hidden.ownerDocument.activeElement === hidden;
    shown.hidden = false;
    hidden.hidden = true;
    if (isFocused) shown.focus();
    start.textContent = this.#jpeg ? 'Train again' : 'Train';
    if (!isRunning) this.#advise();
  }

  #drop(): void {
    if (this.#model) disposeModel(this.#model);
    this.#model = undefined;
    this.#part('.train-read').hidden = true;
  }

  async #answer(): Promise<void> {
    const model = this.#model;
    if (!model) return;
    const turn = ++this.#answering;
    this.#part('.train-read').ariaBusy = 'true';
    const picture = await this.#viewfinder.picture();
    // As the network takes it: with the mean and the deviation of its own pictures.
    const prepared = picture && preparePixels(picture, pictureSpec(model), {});
    const isBlank = !prepared || prepared.report.blank;
    const logits = isBlank ? undefined : await model.session.runPrepared(prepared);
    if (turn !== this.#answering || model !== this.#model) return;
    this.#part('.train-read').ariaBusy = 'false';
    this.#results.show(model.session.labels, logits);
    this.#part('.doubt').textContent =
      logits && !isSure(logits) ? 'It is not sure. Add this to its class, and train again.' : '';
  }

  #on(selector: string, action: () => void): void {
    this.#part(selector).addEventListener('click', action);
  }

  #part<T extends HTMLElement>(selector: string): T {
    return this.#root.querySelector(selector) as T;
  }
}
