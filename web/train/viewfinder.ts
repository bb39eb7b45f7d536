import type { DecodedPicture } from '../../src/image/picture.ts';
import { pixelsOf } from '../../src/image/pixels.ts';
import { DrawingPad } from '../drawing.ts';
import { takeDrops } from '../drops.ts';
import { notify } from '../notices.ts';
import { Camera, withoutCamera } from './camera.ts';
import { readPictures } from './files.ts';

/** Between two looks through the camera, in milliseconds. */
const LOOK = 250;

/** What is taken into a class, or asked about: a drawing, the picture of a file, or what the camera sees. */
export class Viewfinder {
  readonly #root: HTMLElement;
  readonly #pad: DrawingPad;
  readonly #camera: Camera;
  readonly #onChange: () => void;
  /** Of the file that is shown in place of a drawing. */
  #picture: DecodedPicture | undefined;
  #looking: ReturnType<typeof setInterval> | undefined;
  /** Whether the browser is asked for the camera, and may be asking the visitor. */
  #isAsking = false;

  /** `onChange`: something else is shown now. */
  constructor(root: HTMLElement, onChange: () => void) {
    this.#root = root;
    this.#onChange = onChange;
    this.#pad = new DrawingPad(this.#part('canvas'), this.#part('.pen'), () => {
      this.#picture = undefined;
      this.#changed();
    });
    this.#camera = new Camera(this.#part('video'), () => {
      notify({ sentence: 'The camera has gone: draw, or add files.', detail: 'its picture ended' });
      this.stopCamera();
    });
    const file = this.#part<HTMLInputElement>('[type=file]');
    this.#part('#train-clear').addEventListener('click', () => this.clear());
    this.#part('#train-camera').addEventListener('click', () => void this.#toggleCamera());
    this.#part('#train-open-file').addEventListener('click', () => file.click());
    file.addEventListener('change', () => {
      void this.#open([...(file.files ?? [])]);
      file.value = '';
    });
    takeDrops(this.#part('.paper'), (files) => void this.#open(files));
  }

  /** Whether a drawing is shown, or nothing yet. */
  get isDrawing(): boolean {
    return !this.#camera.isOn && this.#picture === undefined;
  }

  /** Undefined where nothing is shown. */
  async picture(): Promise<DecodedPicture | undefined> {
    if (this.#camera.isOn) {
      const { frame } = this.#camera;
      return frame && (await pixelsOf(frame, undefined, true));
    }
    return this.#picture ?? (this.#pad.isEmpty ? undefined : this.#pad.picture);
  }

  /** Takes the drawing or the file's picture away. */
  clear(): void {
    if (!this.#camera.isOn) this.#pad.clear();
  }

  stopCamera(): void {
    clearInterval(this.#looking);
    this.#camera.stop();
    this.#showCamera();
  }

  /** Shows the first of the files: one is asked about at a time. */
  async #open(files: readonly File[]): Promise<void> {
    const [found] = await readPictures(files.slice(0, 1));
    if (!found) return;
    if (this.#camera.isOn) this.stopCamera();
    this.#pad.clear();
    this.#pad.showPhotograph(found.shown);
    this.#picture = found.picture;
    this.#changed();
  }

  #changed(): void {
    this.#part('.hint').hidden = !this.#pad.isEmpty;
    this.#onChange();
  }

  async #toggleCamera(): Promise<void> {
    if (this.#camera.isOn) return this.stopCamera();
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      await this.#camera.start();
      this.#looking = setInterval(this.#onChange, LOOK);
    } catch (error) {
      this.#camera.stop();
      notify({ sentence: withoutCamera(error as Error), detail: (error as Error).message });
    }
    this.#isAsking = false;
    this.#showCamera();
  }

  #showCamera(): void {
    const { isOn } = this.#camera;
    const button = this.#part('#train-camera');
    button.setAttribute('aria-pressed', String(isOn));
    button.textContent = isOn ? 'Back to drawing' : 'Camera';
    for (const name of ['#train-clear', '#train-open-file']) this.#part(name).hidden = isOn;
    this.#onChange();
  }

  #part<T extends HTMLElement>(selector: string): T {
    return this.#root.querySelector(selector) as T;
  }
}
