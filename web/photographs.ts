import { pictureSpec } from './input.ts';
import { disposeModel, download, type Model, openModel } from './models.ts';
import { complain } from './notices.ts';
import { classifies } from './results.ts';
import { DIGITS, type Sample, showSamples } from './samples.ts';
import type { Other } from './variants.ts';

/** A network for pictures in colour, one JPEG. */
const MODEL = 'models/cifar10-resnet8-trained.jpg';

/** A drawing of each class that it knows. */
const SCENES: readonly Sample[] = [
  ['cat', 'a cat'],
  ['dog', 'a dog'],
  ['bird', 'a bird'],
  ['frog', 'a frog'],
  ['horse', 'a horse'],
  ['deer', 'a deer'],
  ['automobile', 'a car'],
  ['truck', 'a truck'],
  ['ship', 'a ship'],
  ['airplane', 'an aeroplane'],
].map(([name, what]) => ({ address: `scenes/${name}.jpg`, what }));

interface Texts {
  readonly title: string;
  readonly legend: string;
  readonly help: readonly (Node | string)[];
}

/** More labels than these are not told one by one. */
const FEW_LABELS = 10;

/** Of a network for colours. */
function colourTexts(model: Model): Texts {
  const { width, height } = pictureSpec(model);
  const { labels } = model.session;
  const known =
    labels.length > FEW_LABELS ? `${labels.length} things` : new Intl.ListFormat('en').format(labels);
  const knows = classifies(model.session)
    ? ` This network knows only ${known}; of anything else it names what looks most alike.`
    : '';
  return {
    title: 'Show it a picture',
    legend: 'Try one of these, drawn for this page, or a photograph of yours:',
    help: [`Open a JPEG or PNG, or drop it anywhere: it is looked at as ${width}×${height} pixels.${knows}`],
  };
}

/** What this part needs of the page. */
export interface PhotographActions {
  /** Puts a model beside the others, and chooses it. */
  put(model: Model, other: Other): void;
  openSample(sample: Sample): Promise<void>;
}

/** Photographs beside the digits: a network for them, and a page that asks for what the chosen network takes. */
export class Photographs {
  readonly #root: Document;
  readonly #actions: PhotographActions;
  readonly #digits: Texts;
  #followed: Model | undefined;
  #isColour = false;
  #bytes: Uint8Array | undefined;
  /** Of the network that is loading, or was the last to. */
  #asked: AbortSignal | undefined;

  constructor(root: Document, actions: PhotographActions) {
    this.#root = root;
    this.#actions = actions;
    const { title, legend, help } = this.#elements;
    this.#digits = {
      title: title.textContent ?? '',
      legend: legend.textContent ?? '',
      help: [...help.childNodes],
    };
  }

  /** Loads the network for photographs, and shows it the first sample: unless another network or picture is asked for meanwhile. */
  async open(network: AbortSignal, picture: AbortSignal): Promise<void> {
    this.#asked = network;
    try {
      await this.#load(network);
      if (!picture.aborted) await this.#actions.openSample(SCENES[0]);
    } catch (error) {
      if (!network.aborted) complain(error, 'The network for photographs');
    }
    if (network.aborted) return;
    this.#asked = undefined;
    this.#check();
  }

  async #load(signal: AbortSignal): Promise<void> {
    this.#bytes ??= await download(MODEL, signal);
    const opened: Model[] = [];
    try {
      opened.push(await openModel(this.#bytes));
      opened.push(await openModel(this.#bytes, { path: 'expanded' }));
      signal.throwIfAborted();
    } catch (error) {
      opened.forEach(disposeModel);
      throw error;
    }
    this.#actions.put(opened[0], {
      name: 'ResNet-8, in colour',
      note: 'Learnt as coefficients, from the photographs of CIFAR-10.',
      expanded: opened[1],
      picture: { bytes: this.#bytes, address: MODEL },
    });
  }

  /** `model` answers from now on, and takes colours or not. */
  follow(model: Model, isColour: boolean): void {
    // While a network loads the switch says what is coming.
    if (!this.#asked || this.#asked.aborted) this.#check(isColour);
    if (model === this.#followed) return;
    this.#followed = model;
    const texts = isColour ? colourTexts(model) : this.#digits;
    const { title, legend, help, samples } = this.#elements;
    title.textContent = texts.title;
    legend.textContent = texts.legend;
    help.replaceChildren(...texts.help);
    if (isColour === this.#isColour) return;
    this.#isColour = isColour;
    showSamples(samples, isColour ? SCENES : DIGITS, this.#actions.openSample);
    // The slider and the slow link are of networks for digits.
    (this.#root.querySelector('.controls') as HTMLElement).hidden = isColour;
  }

  /** The switch says what is. */
  #check(isColour = this.#isColour): void {
    const value = isColour ? 'photographs' : 'digits';
    (this.#root.querySelector(`[name=kind][value=${value}]`) as HTMLInputElement).checked = true;
  }

  get #elements(): Record<'title' | 'legend' | 'help' | 'samples', HTMLElement> {
    const find = (selector: string): HTMLElement => this.#root.querySelector(selector) as HTMLElement;
    return {
      title: find('#draw-title'),
      legend: find('.tools legend'),
      help: find('#pad-help'),
      samples: find('#samples'),
    };
  }
}
