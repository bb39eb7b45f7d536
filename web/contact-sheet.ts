import type { JpegTensor, LinearSpec } from '../src/format/manifest.ts';
import type { WjzFile } from '../src/format/reading.ts';
import { tileGeometry } from '../src/jpeg/dct/tile-geometry.ts';
import { sheetPicture } from '../src/report/sheet-picture.ts';
import type { Path } from '../src/runtime/path.ts';
import { formatBytes, formatCount } from '../src/text/numbers.ts';
import { contactSheet, squareTilesPerRow } from '../src/weights/contact-sheet.ts';
import type { Model } from './models.ts';
import { contributionOf } from './neuron.ts';
import { isDecoded, type Place, StrongestNeurons } from './strongest.ts';

export interface SheetElements {
  readonly frame: HTMLElement;
  readonly image: HTMLImageElement;
  readonly overlay: HTMLCanvasElement;
  readonly caption: HTMLElement;
  readonly firing: HTMLElement;
  readonly strongest: HTMLElement;
  /** What is known of the neuron that is looked at. */
  readonly neuron: HTMLElement;
}

/** Tiles along a side of the part that is drawn around a neuron. */
const AROUND = 7;

/** A first layer's contact sheet, which is a JPEG, with outlines around the neurons that fire. */
export class ContactSheetView {
  readonly #elements: SheetElements;
  readonly #strongest: StrongestNeurons;
  /** Called when another picture can be drawn from. */
  onPicture: () => void = () => {};
  #place: Place | undefined;
  #isTiled = false;
  #lit: Float32Array | undefined;
  #model: Model | undefined;
  /** Neurons, and how many of them stand in a row. */
  #neurons = 0;
  #columns = 1;
  #looked: number | undefined;

  constructor(elements: SheetElements) {
    this.#elements = elements;
    this.#strongest = new StrongestNeurons(elements.strongest, elements.image);
    // What is lit may be known before the browser has decoded the picture.
    elements.image.addEventListener('load', () => {
      this.#paint();
      this.onPicture();
    });
    this.#follow();
  }

  /** `path`: how what runs holds its weights; `complete`: whether all of the file is there. */
  show(file: WjzFile, path: Path, complete: boolean): void {
    const { frame, image, overlay, caption, firing } = this.#elements;
    const layer = file.manifest.layers.find((other): other is LinearSpec => other.type === 'linear');
    this.#place = undefined;
    this.#lit = undefined;
    this.#look(undefined);
    firing.textContent = '';
    this.#strongest.show(undefined, undefined);
    if (layer === undefined || 'tensor' in layer.weight) {
      frame.hidden = true;
      caption.textContent =
        'The first layer of this model is kept as a plain tensor: there is no picture of it.';
      return;
    }
    const { weight, outFeatures } = layer;
    const jpeg = file.jpegs.get(weight.jpeg) as Uint8Array;
    const sheet = sheetPicture(jpeg, weight, outFeatures);
    frame.hidden = false;
    frame.parentElement?.toggleAttribute('data-tall', sheet.height > sheet.width);
    image.src = sheet.source;
    image.width = sheet.width;
    image.height = sheet.height;
    image.alt =
      weight.layout === 'rows'
        ? `The weights of ${outFeatures} neurons, a small grey picture each`
        : 'The weight matrix of the first layer as a grey picture';
    overlay.width = sheet.width;
    overlay.height = sheet.height;
    this.#place = placeOf(weight, layer.inFeatures, outFeatures, sheet.relaid);
    this.#isTiled = weight.layout === 'rows';
    this.#neurons = outFeatures;
    this.#columns = this.#isTiled ? Math.round(sheet.width / this.#place(0)[2]) : 1;
    const notes = [
      `${formatCount(outFeatures)} neurons of ${formatCount(layer.inFeatures)} weights in a JPEG of ${formatBytes(jpeg.length)}${complete ? '' : ' so far'}.`,
      sheet.recoded
        ? `In the file it is arithmetic-coded, which browsers do not show; here the same coefficients are recoded with Huffman codes (${formatBytes(sheet.bytes)}).`
        : sheet.relaid
          ? ''
          : complete
            ? 'This is the JPEG of the file itself, in an <img>.'
            : 'This is what has arrived of it, in an <img>.',
      sheet.relaid ? 'Its tiles, a long strip in the file, are laid out anew here.' : '',
      path === 'expanded' ? 'What runs now was decoded from it to a float32 matrix.' : '',
      path === 'dense'
        ? 'What runs now are the float32 weights from your file; this is the picture made of them.'
        : '',
    ];
    caption.textContent = notes.filter(Boolean).join(' ');
  }

  /** `activations`: one value per neuron, 0 where it does not fire; undefined without an input. */
  light(activations: Float32Array | undefined, model: Model): void {
    const place = this.#place;
    if (!place) return;
    this.#lit = activations;
    this.#model = model;
    this.#look(this.#looked);
    // Neurons whose weights are a line of a matrix have no picture that could be shown large.
    this.#strongest.show(activations, this.#isTiled ? place : undefined);
    this.#elements.firing.textContent =
      activations === undefined
        ? 'Draw something, and the neurons that fire are outlined.'
        : `${activations.filter((value) => value > 0).length} of ${activations.length} neurons fire: they are outlined. Point at one, or tap it.`;
  }

  /** Draws the part of the picture around a neuron, with an outline around its tile. */
  drawAround(canvas: HTMLCanvasElement, neuron: number): void {
    const { image } = this.#elements;
    if (!this.#place || !this.#isTiled || !isDecoded(image)) return;
    const [x, y, width, height] = this.#place(neuron);
    canvas.width = AROUND * width;
    canvas.height = AROUND * height;
    // Within the picture, which may be smaller.
    const inside = (at: number, part: number, whole: number): number =>
      Math.max(0, Math.min(at - (part * (AROUND - 1)) / 2, whole - part * AROUND));
    const left = inside(x, width, image.naturalWidth);
    const top = inside(y, height, image.naturalHeight);
    const context = canvas.getContext('2d');
    if (!context) return;
    context.drawImage(image, -left, -top);
    context.strokeStyle = '#ffab4a';
    outline(context, [x - left, y - top, width, height], 3);
  }

  /** Outlines around the neurons that fire, the stronger the more they do; the weights stay as they are. */
  #paint(): void {
    const { overlay } = this.#elements;
    const context = overlay.getContext('2d');
    const place = this.#place;
    if (!context) return;
    context.clearRect(0, 0, overlay.width, overlay.height);
    const activations = this.#lit;
    if (!place) return;
    if (activations) {
      const max = activations.reduce((peak, value) => Math.max(peak, value), 0);
      activations.forEach((value, neuron) => {
        if (value <= 0) return;
        context.strokeStyle = `rgb(255 171 74 / ${0.35 + (0.65 * value) / max})`;
        outline(context, place(neuron), 1 + (2 * value) / max);
      });
    }
    if (this.#looked === undefined) return;
    context.strokeStyle = '#fff';
    outline(context, place(this.#looked), 4);
  }

  /** Pointer and arrow keys choose a neuron to look at. */
  #follow(): void {
    const { frame } = this.#elements;
    const at = (event: PointerEvent): void => {
      const box = frame.getBoundingClientRect();
      this.#look(
        this.#neuronAt((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height),
      );
    };
    frame.addEventListener('pointermove', at);
    frame.addEventListener('pointerdown', at);
    frame.addEventListener('focus', () => this.#look(this.#looked ?? 0));
    frame.addEventListener('keydown', (event) => {
      const columns = this.#columns;
      const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      this.#look(Math.min(this.#neurons - 1, Math.max(0, (this.#looked ?? 0) + step)));
    });
  }

  #neuronAt(x: number, y: number): number | undefined {
    const { overlay } = this.#elements;
    if (!this.#place) return undefined;
    const [, , width, height] = this.#place(0);
    const column = this.#isTiled ? Math.floor((x * overlay.width) / width) : 0;
    const neuron = Math.floor((y * overlay.height) / height) * this.#columns + column;
    return neuron < this.#neurons ? neuron : undefined;
  }

  /** Says all about one neuron: its weights, its place, what it does for the answer. */
  #look(neuron: number | undefined): void {
    const { neuron: box, image } = this.#elements;
    this.#looked = neuron;
    box.hidden = neuron === undefined || !this.#place;
    this.#paint();
    if (neuron === undefined || !this.#place) return;
    const [x, y, width, height] = this.#place(neuron);
    const canvas = box.querySelector('canvas') as HTMLCanvasElement;
    canvas.hidden = !this.#isTiled || !isDecoded(image);
    if (!canvas.hidden) {
      canvas.width = width;
      canvas.height = height;
      canvas.getContext('2d')?.drawImage(image, x, y, width, height, 0, 0, width, height);
    }
    const where = this.#isTiled
      ? `row ${Math.floor(neuron / this.#columns) + 1}, column ${(neuron % this.#columns) + 1} of the picture`
      : `row ${neuron + 1} of the picture`;
    const value = this.#lit?.[neuron];
    const fires =
      value === undefined
        ? ''
        : value > 0
          ? ` It fires ${value.toFixed(2)}.`
          : ' It does not fire for this input.';
    const text = box.querySelector('p') as HTMLElement;
    const start = `Neuron ${neuron}, ${where}.${fires}`;
    text.textContent = start;
    if (!value || value <= 0 || !this.#lit || !this.#model) return;
    void contributionOf(this.#model, this.#lit, neuron).then(
      (found) => {
        if (this.#looked !== neuron || text.textContent !== start || !found) return;
        const { label, value: part } = found;
        text.textContent = `${start} It speaks ${part >= 0 ? 'for' : 'against'} ${label}: ${part >= 0 ? '+' : '−'}${Math.abs(part).toFixed(2)} of its logit.`;
      },
      // Its model was replaced meanwhile.
      () => {},
    );
  }
}

/** Inside the edge of a rectangle. */
function outline(
  context: CanvasRenderingContext2D,
  [x, y, width, height]: ReturnType<Place>,
  line: number,
): void {
  context.lineWidth = Math.min(line, height / 2);
  const inset = context.lineWidth / 2;
  context.strokeRect(x + inset, y + inset, width - 2 * inset, height - 2 * inset);
}

function placeOf(weight: JpegTensor, inFeatures: number, neurons: number, relaid: boolean): Place {
  if (weight.layout === 'matrix') return (neuron) => [0, neuron, inFeatures, 1];
  const tile = tileGeometry(weight.tile.width, weight.tile.height, weight.tile.x, weight.tile.y);
  const { tilesPerRow } = contactSheet(
    neurons,
    tile,
    relaid ? squareTilesPerRow(neurons, tile) : weight.tilesPerRow,
  );
  const width = tile.blocksPerRow * 8;
  const height = tile.blocksPerColumn * 8;
  return (neuron) => [
    (neuron % tilesPerRow) * width,
    Math.floor(neuron / tilesPerRow) * height,
    width,
    height,
  ];
}
