import type { JpegTensor, LinearSpec } from '../src/format/manifest.ts';
import type { WjzFile } from '../src/format/reading.ts';
import { tileGeometry } from '../src/jpeg/dct/tile-geometry.ts';
import { sheetPicture } from '../src/report/sheet-picture.ts';
import type { Path } from '../src/runtime/path.ts';
import { formatBytes, formatCount } from '../src/text/numbers.ts';
import { contactSheet, squareTilesPerRow } from '../src/weights/contact-sheet.ts';
import { isDecoded, type Place, StrongestNeurons } from './strongest.ts';

export interface SheetElements {
  readonly frame: HTMLElement;
  readonly image: HTMLImageElement;
  readonly overlay: HTMLCanvasElement;
  readonly caption: HTMLElement;
  readonly firing: HTMLElement;
  readonly strongest: HTMLElement;
}

/** A first layer's contact sheet, which is a JPEG, with the neurons that fire lit up. */
export class ContactSheetView {
  readonly #elements: SheetElements;
  readonly #strongest: StrongestNeurons;
  #place: Place | undefined;
  #isTiled = false;
  #lit: Float32Array | undefined;

  constructor(elements: SheetElements) {
    this.#elements = elements;
    this.#strongest = new StrongestNeurons(elements.strongest, elements.image);
    // What is lit may be known before the browser has decoded the picture.
    elements.image.addEventListener('load', () => this.#paint());
  }

  /** `path`: how what runs holds its weights; `complete`: whether all of the file is there. */
  show(file: WjzFile, path: Path, complete: boolean): void {
    const { frame, image, overlay, caption, firing } = this.#elements;
    const layer = file.manifest.layers.find((other): other is LinearSpec => other.type === 'linear');
    this.#place = undefined;
    this.#lit = undefined;
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
  light(activations: Float32Array | undefined): void {
    const place = this.#place;
    if (!place) return;
    this.#lit = activations;
    this.#paint();
    // Neurons whose weights are a line of a matrix have no picture that could be shown large.
    this.#strongest.show(activations, this.#isTiled ? place : undefined);
    this.#elements.firing.textContent =
      activations === undefined
        ? 'Draw something, and the neurons that fire light up.'
        : `${activations.filter((value) => value > 0).length} of ${activations.length} neurons fire.`;
  }

  /** The picture under colours: what does not fire is dark, what fires the more orange the stronger it does. */
  #paint(): void {
    const { overlay, image } = this.#elements;
    const context = overlay.getContext('2d');
    const place = this.#place;
    if (!context) return;
    context.globalCompositeOperation = 'source-over';
    context.clearRect(0, 0, overlay.width, overlay.height);
    const activations = this.#lit;
    if (!place || !activations) return;
    const isThere = isDecoded(image);
    const light = (colour: string, x: number, y: number, width: number, height: number): void => {
      if (isThere) {
        context.globalCompositeOperation = 'source-over';
        context.drawImage(image, x, y, width, height, x, y, width, height);
        // The weights' mid-grey takes the colour of the light; what is darker or lighter than it stays so. Blended here and
        // not by mix-blend-mode, which WebKitGTK does not apply to a canvas.
        context.globalCompositeOperation = 'overlay';
      }
      context.fillStyle = colour;
      context.fillRect(x, y, width, height);
    };
    light('rgb(52 55 62)', 0, 0, overlay.width, overlay.height);
    const max = activations.reduce((peak, value) => Math.max(peak, value), 0);
    activations.forEach((value, neuron) => {
      if (value <= 0) return;
      const strength = value / max;
      const mix = (weak: number, strong: number): number => Math.round(weak + (strong - weak) * strength);
      light(`rgb(${mix(134, 250)} ${mix(124, 160)} ${mix(112, 40)})`, ...place(neuron));
    });
  }
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
