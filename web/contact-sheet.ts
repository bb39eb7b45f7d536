import type { Path } from '../src/engine/path.ts';
import { contactSheet, squareTilesPerRow } from '../src/model/contact-sheet.ts';
import { tileGeometry } from '../src/model/network.ts';
import { formatBytes, formatCount } from '../src/report/format.ts';
import { sheetPicture } from '../src/report/sheet-picture.ts';
import type { JpegTensor, LinearSpec } from '../src/wjz/manifest.ts';
import type { WjzFile } from '../src/wjz/reading.ts';
import { StrongestNeurons } from './strongest.ts';

export interface SheetElements {
  readonly frame: HTMLElement;
  readonly image: HTMLImageElement;
  readonly overlay: HTMLCanvasElement;
  readonly caption: HTMLElement;
  readonly firing: HTMLElement;
  readonly strongest: HTMLElement;
}

/** Where a neuron's weights lie in the picture, in samples. */
export type Place = (neuron: number) => readonly [x: number, y: number, width: number, height: number];

/** A first layer's contact sheet, which is a JPEG, with the neurons that fire lit up. */
export class ContactSheetView {
  readonly #elements: SheetElements;
  readonly #strongest: StrongestNeurons;
  #place: Place | undefined;
  #isTiled = false;

  constructor(elements: SheetElements) {
    this.#elements = elements;
    this.#strongest = new StrongestNeurons(elements.strongest, elements.image);
  }

  /** `path`: how what runs holds its weights; `complete`: whether all of the file is there. */
  show(file: WjzFile, path: Path, complete: boolean): void {
    const { frame, image, overlay, caption, firing } = this.#elements;
    const layer = file.manifest.layers.find((other): other is LinearSpec => other.type === 'linear');
    this.#place = undefined;
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
      weight.arrangement === 'rows'
        ? `The weights of ${outFeatures} neurons, a small grey picture each`
        : 'The weight matrix of the first layer as a grey picture';
    overlay.width = sheet.width;
    overlay.height = sheet.height;
    this.#place = placeOf(weight, outFeatures, sheet.relaid);
    this.#isTiled = weight.arrangement === 'rows';
    const notes = [
      `${formatCount(outFeatures)} neurons of ${formatCount(layer.inFeatures)} weights in a JPEG of ${formatBytes(jpeg.length)}${complete ? '' : ' so far'}.`,
      sheet.recoded
        ? `In the file it is arithmetic-coded, which browsers do not show; here the same coefficients are written again with Huffman codes (${formatBytes(sheet.bytes)}).`
        : sheet.relaid
          ? ''
          : complete
            ? 'This is the JPEG of the file itself, in an <img>.'
            : 'This is what has arrived of it, in an <img>.',
      sheet.relaid ? 'Its tiles, a long strip in the file, are laid out anew here.' : '',
      path === 'matrix' ? 'What runs now was decoded from it to a float32 matrix.' : '',
      path === 'dense'
        ? 'What runs now are the float32 weights from your file; this is the picture made of them.'
        : '',
    ];
    caption.textContent = notes.filter(Boolean).join(' ');
  }

  /** `activations`: one value a neuron, 0 where it does not fire; undefined without an input. */
  light(activations: Float32Array | undefined): void {
    const { overlay, firing } = this.#elements;
    const context = overlay.getContext('2d');
    const place = this.#place;
    if (!context || !place) return;
    context.clearRect(0, 0, overlay.width, overlay.height);
    if (activations === undefined) {
      this.#strongest.show(undefined, undefined);
      firing.textContent = 'Draw something, and the neurons that fire light up.';
      return;
    }
    const most = activations.reduce((peak, value) => Math.max(peak, value), 0);
    // Colours are laid over the picture: what does not fire is dark, what fires the more orange the stronger it does.
    context.fillStyle = 'rgb(52 55 62)';
    context.fillRect(0, 0, overlay.width, overlay.height);
    let count = 0;
    activations.forEach((value, neuron) => {
      if (value <= 0) return;
      count++;
      const [x, y, width, height] = place(neuron);
      const strength = value / most;
      const mix = (weak: number, strong: number): number => Math.round(weak + (strong - weak) * strength);
      context.fillStyle = `rgb(${mix(134, 250)} ${mix(124, 160)} ${mix(112, 40)})`;
      context.fillRect(x, y, width, height);
    });
    // Neurons whose weights are a line of a matrix have no picture that could be shown large.
    this.#strongest.show(activations, this.#isTiled ? place : undefined);
    firing.textContent = `${count} of ${activations.length} neurons fire.`;
  }
}

function placeOf(weight: JpegTensor, neurons: number, relaid: boolean): Place {
  if (weight.arrangement === 'matrix') return (neuron) => [0, neuron, 65535, 1];
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
