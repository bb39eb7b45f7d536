import { takeDrops } from '../drops.ts';
import type { Collected } from './pictures.ts';

/** Fewest and most classes. */
const [MIN, MAX] = [2, 5];
const NAMES = ['circle', 'square', 'cross', 'triangle', 'star'];

/** A class that pictures are collected for. */
export interface PictureClass {
  readonly name: string;
  readonly pictures: readonly Collected[];
}

interface Row {
  readonly root: HTMLElement;
  readonly name: HTMLInputElement;
  readonly pictures: Collected[];
}

export interface ClassListEvents {
  /** A picture is wanted from the pad or the camera, for the class at that place. */
  take(index: number): void;
  files(index: number, files: readonly File[]): void;
  change(): void;
}

/** The classes with their pictures: names to edit, buttons to add by, thumbnails that are taken away by a press. */
export class ClassList {
  readonly #list: HTMLElement;
  readonly #more: HTMLButtonElement;
  readonly #template: HTMLTemplateElement;
  readonly #events: ClassListEvents;
  readonly #rows: Row[] = [];

  constructor(
    list: HTMLElement,
    more: HTMLButtonElement,
    template: HTMLTemplateElement,
    events: ClassListEvents,
  ) {
    this.#list = list;
    this.#more = more;
    this.#template = template;
    this.#events = events;
    more.addEventListener('click', () => {
      this.#append().name.select();
      this.#changed();
    });
    for (let i = 0; i < 3; i++) this.#append();
    this.#changed();
  }

  get classes(): readonly PictureClass[] {
    return this.#rows.map(({ name, pictures }, index) => ({
      name: name.value.trim() || `class ${index + 1}`,
      pictures,
    }));
  }

  add(index: number, picture: Collected): void {
    const { pictures, root } = this.#rows[index];
    pictures.push(picture);
    const button = document.createElement('button');
    button.type = 'button';
    button.title = 'Take this picture away';
    button.append(picture.thumbnail);
    button.addEventListener('click', () => {
      pictures.splice(pictures.indexOf(picture), 1);
      const next = (button.nextElementSibling ?? button.previousElementSibling) as HTMLElement | null;
      button.remove();
      (next ?? (root.querySelector('.take') as HTMLElement)).focus();
      this.#changed();
    });
    root.querySelector('.taken')?.append(button);
    this.#changed();
  }

  /** What the pad shows is a drawing or the camera's picture: the buttons say it. */
  say(what: string): void {
    for (const { root } of this.#rows) (root.querySelector('.what') as HTMLElement).textContent = what;
  }

  #append(): Row {
    const root = (this.#template.content.cloneNode(true) as DocumentFragment)
      .firstElementChild as HTMLElement;
    const name = root.querySelector('input') as HTMLInputElement;
    const row: Row = { root, name, pictures: [] };
    const taken = this.#rows.map((other) => other.name.value);
    name.value = NAMES.find((free) => !taken.includes(free)) ?? '';
    const files = root.querySelector('[type=file]') as HTMLInputElement;
    const index = (): number => this.#rows.indexOf(row);
    name.addEventListener('input', () => this.#changed());
    root.querySelector('.take')?.addEventListener('click', () => this.#events.take(index()));
    root.querySelector('.open')?.addEventListener('click', () => files.click());
    root.querySelector('.remove')?.addEventListener('click', () => {
      this.#rows.splice(index(), 1);
      root.remove();
      this.#rows[0].name.focus();
      this.#changed();
    });
    files.addEventListener('change', () => {
      this.#events.files(index(), [...(files.files ?? [])]);
      files.value = '';
    });
    takeDrops(root, (dropped) => this.#events.files(index(), dropped));
    this.#list.append(root);
    this.#rows.push(row);
    return row;
  }

  #changed(): void {
    this.#more.hidden = this.#rows.length >= MAX;
    const { classes } = this;
    this.#rows.forEach(({ root, pictures }, index) => {
      const { name } = classes[index];
      const count = root.querySelector('.count') as HTMLElement;
      const text = pictures.length === 1 ? '1 picture' : `${pictures.length} pictures`;
      // Read aloud when it changes.
      if (count.textContent !== text) count.textContent = text;
      const remove = root.querySelector('.remove') as HTMLButtonElement;
      remove.hidden = this.#rows.length <= MIN;
      remove.setAttribute('aria-label', `Take class ${name} away`);
      // Speech control calls a button by what is seen on it, so its name begins so.
      (root.querySelector('.take .to') as HTMLElement).textContent = ` to ${name}`;
      root.querySelector('.open')?.setAttribute('aria-label', `Add files to ${name}`);
      root.querySelector('input')?.setAttribute('aria-label', `Name of class ${index + 1}`);
      root.querySelectorAll('.taken button').forEach((button, place) => {
        button.setAttribute('aria-label', `Take picture ${place + 1} of ${name} away`);
      });
    });
    this.#events.change();
  }
}
