import type { WjzFile } from '../src/format/reading.ts';
import { blockDct } from '../src/jpeg/dct/transforms.ts';
import { argmax } from '../src/runtime/answer.ts';
import { chainNetwork } from '../src/runtime/ready-network.ts';
import { formatCount } from '../src/text/numbers.ts';
import type { RowsNode } from '../src/weights/network.ts';
import { reconstructTile } from '../src/weights/reconstruct.ts';
import type { ContactSheetView } from './contact-sheet.ts';
import type { Model } from './models.ts';
import { contributionOf } from './neuron.ts';

/** At most so often while someone draws, in milliseconds. */
const REDRAW = 80;
/** Pixels of a canvas per coefficient. */
const CELL = 8;
/** Towards the neuron, and against it; the panels are dark in either scheme, as the pad is. */
const [FOR, AGAINST, PAPER, RULE] = ['#ffab4a', '#6db1ff', '#0c0e12', '#2a2e36'];

interface State {
  readonly model: Model;
  /** Of the first layer; undefined without an input. */
  readonly firing: Float32Array | undefined;
  /** The input as the network takes it. */
  readonly values: Float32Array | undefined;
}

/** Four panels, which follow one neuron from its weights to the answer, for the model and the drawing that are shown. */
export class HowItWorks {
  readonly #root: HTMLElement;
  readonly #sheet: ContactSheetView;
  readonly #nodes = new WeakMap<WjzFile, Promise<RowsNode | undefined>>();
  #state: State | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(root: HTMLElement, sheet: ContactSheetView) {
    this.#root = root;
    this.#sheet = sheet;
    sheet.onPicture = () => this.#soon();
  }

  show(state: State): void {
    this.#state = state;
    this.#soon();
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#draw();
    }, REDRAW);
  }

  async #draw(): Promise<void> {
    const state = this.#state;
    if (!state) return;
    const { model, firing, values } = state;
    const node = await this.#nodeOf(model.file);
    if (this.#state !== state) return;
    this.#root.hidden = node === undefined;
    if (!node) return;
    const neuron = chosenNeuron(node, firing);
    const { rowStart } = node.coefficients;
    const kept = rowStart[neuron + 1] - rowStart[neuron];
    const all = 64 * node.tile.blocksPerRow * node.tile.blocksPerColumn;
    drawWeights(this.#canvas(0), node, neuron);
    this.#sheet.drawAround(this.#canvas(1), neuron);
    drawCoefficients(this.#canvas(2), node, neuron);
    drawProducts(this.#canvas(3), node, neuron, values);
    const sign = firing ? 'fires most' : 'has the most to say';
    this.#say(
      0,
      `Neuron ${neuron} ${sign}. Its ${formatCount(node.inFeatures)} weights say which pixels speak for it (orange) and against it (blue).`,
    );
    this.#say(
      1,
      `Side by side, all ${formatCount(node.outFeatures)} neurons are one grey JPEG. This one is outlined.`,
    );
    this.#say(
      2,
      `A JPEG keeps waves instead of pixels. Of this neuron’s ${formatCount(all)}, ${formatCount(kept)} are not zero: nothing else is stored.`,
    );
    if (!firing || !values) return this.#say(3, 'Draw a digit: it becomes waves too, and meets these.');
    const how =
      model.session.path === 'coefficient'
        ? `Your drawing becomes waves too. ${formatCount(kept)} multiplications and a bias give`
        : `What is chosen now multiplies all ${formatCount(node.inFeatures)} weights instead. With a bias they give`;
    const products = `${how} ${firing[neuron].toFixed(2)}`;
    this.#say(3, `${products}.`);
    const found = await contributionOf(model, firing, neuron).catch(() => undefined);
    if (!found || this.#state !== state) return;
    const { label, value } = found;
    this.#say(3, `${products}, which speaks ${value >= 0 ? 'for' : 'against'} ${label}.`);
  }

  /** The first layer as it is multiplied; undefined where no neuron of it is a picture. */
  #nodeOf(file: WjzFile): Promise<RowsNode | undefined> {
    const known = this.#nodes.get(file);
    if (known) return known;
    const found = firstRows(file);
    this.#nodes.set(file, found);
    return found;
  }

  #canvas(panel: number): HTMLCanvasElement {
    return this.#root.querySelectorAll('canvas')[panel];
  }

  #say(panel: number, text: string): void {
    this.#root.querySelectorAll('li p')[panel].textContent = text;
  }
}

async function firstRows(file: WjzFile): Promise<RowsNode | undefined> {
  if (file.manifest.outputs) return undefined;
  const [first] = (await chainNetwork(file, 'coefficient', {})).nodes;
  return first.kind === 'rows' ? first : undefined;
}

/** The one that fires most, or else the one with the most coefficients. */
function chosenNeuron({ coefficients, outFeatures }: RowsNode, firing: Float32Array | undefined): number {
  if (firing) return argmax(firing);
  const { rowStart } = coefficients;
  return argmax(Float32Array.from({ length: outFeatures }, (_, row) => rowStart[row + 1] - rowStart[row]));
}

/** One pixel per weight: the stronger its colour, the more it counts. */
function drawWeights(canvas: HTMLCanvasElement, node: RowsNode, neuron: number): void {
  const { width, height } = node.tile;
  const weights = reconstructTile(node, neuron);
  const max = weights.reduce((peak, weight) => Math.max(peak, Math.abs(weight)), 0) || 1;
  const context = cleared(canvas, width, height);
  weights.forEach((weight, i) => {
    fill(context, weight, max, i % width, Math.floor(i / width), 1);
  });
}

/** One cell per coefficient in its block of 8×8, those that are not zero in colour. */
function drawCoefficients(canvas: HTMLCanvasElement, node: RowsNode, neuron: number): void {
  const context = blocks(canvas, node);
  const entries = coefficientsOf(node, neuron);
  const max = entries.reduce((peak, { value }) => Math.max(peak, Math.abs(value)), 0) || 1;
  for (const { x, y, value } of entries) fill(context, value, max, x, y, CELL, 0.35);
}

/** The input's coefficients in grey, and in colour what those that meet one of the neuron's add. */
function drawProducts(
  canvas: HTMLCanvasElement,
  node: RowsNode,
  neuron: number,
  values: Float32Array | undefined,
): void {
  const context = blocks(canvas, node);
  if (!values) return;
  const input = blockDct(values, 1, node.tile);
  const peak = input.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  context.fillStyle = '#fff';
  input.forEach((value, k) => {
    const [x, y] = placeOf(node, k);
    context.globalAlpha = 0.55 * Math.sqrt(Math.abs(value) / peak);
    context.fillRect(x * CELL, y * CELL, CELL, CELL);
  });
  const products = coefficientsOf(node, neuron).map((entry) => ({
    ...entry,
    value: entry.value * input[entry.k],
  }));
  const max = products.reduce((most, { value }) => Math.max(most, Math.abs(value)), 0) || 1;
  for (const { x, y, value } of products) {
    context.globalAlpha = 1;
    context.fillStyle = PAPER;
    context.fillRect(x * CELL, y * CELL, CELL, CELL);
    fill(context, value, max, x, y, CELL, 0.35);
  }
}

interface Entry {
  /** Column of the layer's coefficients. */
  readonly k: number;
  readonly x: number;
  readonly y: number;
  /** In the direction in which it moves the neuron. */
  readonly value: number;
}

function coefficientsOf(node: RowsNode, neuron: number): Entry[] {
  const { rowStart, column, value } = node.coefficients;
  const scale = node.scale[node.scale.length === 1 ? 0 : neuron];
  return Array.from({ length: rowStart[neuron + 1] - rowStart[neuron] }, (_, i) => {
    const at = rowStart[neuron] + i;
    const k = column[at];
    const [x, y] = placeOf(node, k);
    return { k, x, y, value: scale * value[at] * node.quantization[k % 64] };
  });
}

/** Where a coefficient stands if each block keeps its place, u to the right and v down. */
function placeOf({ tile }: RowsNode, k: number): readonly [x: number, y: number] {
  const block = k >> 6;
  return [
    8 * (block % tile.blocksPerRow) + (k & 7),
    8 * Math.floor(block / tile.blocksPerRow) + ((k >> 3) & 7),
  ];
}

/** An empty grid of the tile's blocks. */
function blocks(canvas: HTMLCanvasElement, { tile }: RowsNode): CanvasRenderingContext2D {
  const [width, height] = [8 * CELL * tile.blocksPerRow, 8 * CELL * tile.blocksPerColumn];
  const context = cleared(canvas, width, height);
  context.fillStyle = RULE;
  for (let x = 8 * CELL; x < width; x += 8 * CELL) context.fillRect(x - 1, 0, 2, height);
  for (let y = 8 * CELL; y < height; y += 8 * CELL) context.fillRect(0, y - 1, width, 2);
  return context;
}

function cleared(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.fillStyle = PAPER;
  context.fillRect(0, 0, width, height);
  return context;
}

/** A cell in the colour of a value's sign, between `faintest` and opaque. */
function fill(
  context: CanvasRenderingContext2D,
  value: number,
  max: number,
  x: number,
  y: number,
  size: number,
  faintest = 0,
): void {
  context.globalAlpha = faintest + ((1 - faintest) * Math.abs(value)) / max;
  context.fillStyle = value >= 0 ? FOR : AGAINST;
  context.fillRect(x * size, y * size, size, size);
}
