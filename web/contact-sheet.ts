import type { Path } from '../src/engine/path.ts';
import { contactSheet, squareTilesPerRow } from '../src/model/contact-sheet.ts';
import { tileGeometry } from '../src/model/network.ts';
import { formatBytes, formatCount } from '../src/report/format.ts';
import { sheetPicture } from '../src/report/sheet-picture.ts';
import type { JpegTensor, LinearSpec } from '../src/wjz/manifest.ts';
import type { WjzFile } from '../src/wjz/reading.ts';

export interface SheetElements {
  readonly frame: HTMLElement;
  readonly image: HTMLImageElement;
  readonly overlay: HTMLCanvasElement;
  readonly caption: HTMLElement;
  readonly firing: HTMLElement;
}

/** Where a neuron's weights lie in the picture, in samples. */
type Place = (neuron: number) => readonly [x: number, y: number, width: number, height: number];

/** A first layer's contact sheet, which is a JPEG, with the neurons that fire lit up. */
export class ContactSheetView {
  readonly #elements: SheetElements;
  #place: Place | undefined;

  constructor(elements: SheetElements) {
    this.#elements = elements;
  }

  /** `path`: how what runs holds its weights; `complete`: whether all of the file is there. */
  show(file: WjzFile, path: Path, complete: boolean): void {
    const { frame, image, overlay, caption, firing } = this.#elements;
    const layer = file.manifest.layers.find((other): other is LinearSpec => other.type === 'linear');
    this.#place = undefined;
    firing.textContent = '';
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
    const notes = [
      `Layer ${layer.name}: ${formatCount(outFeatures)} neurons of ${formatCount(layer.inFeatures)} weights in a JPEG of ${formatBytes(jpeg.length)}${complete ? '' : ' so far'}.`,
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
      firing.textContent = 'Draw something, and the neurons that fire light up.';
      return;
    }
    const most = activations.reduce((peak, value) => Math.max(peak, value), 0);
    // What does not fire is dimmed; what fires is clear and framed, the stronger the brighter.
    context.fillStyle = 'rgb(12 14 18 / 0.62)';
    context.fillRect(0, 0, overlay.width, overlay.height);
    let count = 0;
    activations.forEach((value, neuron) => {
      if (value <= 0) return;
      count++;
      const [x, y, width, height] = place(neuron);
      const strength = value / most;
      context.clearRect(x, y, width, height);
      context.fillStyle = `rgb(255 170 40 / ${(0.06 + 0.5 * strength).toFixed(3)})`;
      context.fillRect(x, y, width, height);
      if (height < 4) return;
      context.lineWidth = 2;
      context.strokeStyle = `rgb(255 190 70 / ${(0.25 + 0.75 * strength).toFixed(3)})`;
      context.strokeRect(x + 1, y + 1, width - 2, height - 2);
    });
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
