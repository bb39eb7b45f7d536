import { disposeModel, download, type Model, openModel } from './models.ts';
import { complain } from './notices.ts';
import { DIGITS, type Sample, showSamples } from './samples.ts';

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

const COLOUR: Texts = {
  title: 'Show it a picture',
  legend: 'Try one of these, drawn for this page, or a photograph of yours:',
  help: [
    'Open a JPEG or PNG, or drop it anywhere: it is looked at as 32×32 pixels. This network knows ten things only, those above; of anything else it names what looks most alike.',
  ],
};

/** What this part needs of the page. */
export interface PhotographActions {
  /** Puts a model beside the others, and chooses it. */
  put(model: Model, name: string, expanded: Model): void;
  openSample(sample: Sample): Promise<void>;
  /** Shows the picture that is the network. */
  showPicture(address: string, bytes: Uint8Array): void;
  /** Shows that of the network that reads digits. */
  showFirstPicture(): void;
}

/** Photographs beside the digits: a network for them, and a page that asks for what the chosen network takes. */
export class Photographs {
  readonly #root: Document;
  readonly #actions: PhotographActions;
  readonly #digits: Texts;
  #isColour = false;
  #bytes: Uint8Array | undefined;
  /** Its sessions, as long as the page has them. */
  #own: readonly Model[] = [];

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

  /** Loads the network for photographs, and shows it the first sample. */
  async open(): Promise<void> {
    try {
      this.#bytes ??= await download(MODEL, new AbortController().signal);
      const model = await openModel(this.#bytes);
      try {
        const expanded = await openModel(this.#bytes, { path: 'expanded' });
        this.#own = [model, expanded];
        this.#actions.put(model, 'ResNet-8, in colour', expanded);
      } catch (error) {
        disposeModel(model);
        throw error;
      }
      await this.#actions.openSample(SCENES[0]);
    } catch (error) {
      this.#check();
      complain(error, 'The network for photographs');
    }
  }

  /** `model` answers from now on, and takes colours or not. */
  follow(model: Model, isColour: boolean): void {
    if (this.#bytes && this.#own.includes(model)) this.#actions.showPicture(MODEL, this.#bytes);
    else this.#actions.showFirstPicture();
    if (isColour === this.#isColour) return;
    this.#isColour = isColour;
    const texts = isColour ? COLOUR : this.#digits;
    const { title, legend, help, samples } = this.#elements;
    title.textContent = texts.title;
    legend.textContent = texts.legend;
    help.replaceChildren(...texts.help);
    showSamples(samples, isColour ? SCENES : DIGITS, this.#actions.openSample);
    this.#check();
  }

  /** The switch says what is. */
  #check(): void {
    const value = this.#isColour ? 'photographs' : 'digits';
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
