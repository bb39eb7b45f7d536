import { nameOf } from '../src/format/graph-manifest.ts';
import { featureMaps, type MapLayer, mapLayers } from '../src/report/feature-maps.ts';
import { type LayerKernels, layerKernels, looksAtColours } from '../src/report/kernels.ts';
import { sheetPicture } from '../src/report/sheet-picture.ts';
import { kernelSheet, mapSheet, type TileSheet } from '../src/report/tile-sheets.ts';
import { InferenceSession } from '../src/runtime/session.ts';
import { formatBytes, formatCount } from '../src/text/numbers.ts';
import type { Model } from './models.ts';

/** A layer that can be looked at. */
interface Shown {
  readonly name: string;
  readonly operator: string;
  readonly kernels: LayerKernels | undefined;
  readonly colour: boolean;
  readonly maps: MapLayer | undefined;
}

/**
 * The layers of a graph: one is chosen, and its kernels, the JPEG that holds them and its feature maps for the input are
 * shown. It runs a session of its own, so that the figures of the model's are of that alone.
 */
export class NetworkView {
  readonly #root: HTMLElement;
  #model: Model | undefined;
  #session: Promise<InferenceSession> | undefined;
  #layers: readonly Shown[] = [];
  #chosen: Shown | undefined;
  #values: Float32Array | undefined;
  #maps: ReadonlyMap<string, Float32Array> | undefined;
  #turn = 0;

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  /** Shows another model; undefined hides the view. */
  show(model: Model | undefined): void {
    this.#root.hidden = model === undefined;
    if (model === this.#model) return;
    this.#model = model;
    void this.#session?.then((session) => session.dispose());
    this.#session = undefined;
    this.#values = undefined;
    this.#maps = undefined;
    this.#turn++;
    if (model === undefined) return;
    const { file } = model;
    const mapped = new Map(mapLayers(file).map((layer) => [layer.name, layer]));
    this.#layers = file.manifest.layers.flatMap((layer, index) => {
      const name = nameOf(layer as { name?: string; type: string }, index);
      const kernels = layerKernels(file, layer);
      const maps = mapped.get(name);
      if (layer.type !== 'node' || (kernels === undefined && maps === undefined)) return [];
      const colour = kernels !== undefined && looksAtColours(file.manifest, layer, kernels.shape);
      return [{ name, operator: layer.operator, kernels, colour, maps }];
    });
    this.#list();
    this.#choose(this.#layers[0]);
  }

  /** Runs the layers on an input, as the network takes it; undefined without one. */
  async light(values: Float32Array | undefined): Promise<void> {
    const model = this.#model;
    if (model === undefined || values === this.#values) return;
    const turn = ++this.#turn;
    this.#values = values;
    if (values === undefined) {
      this.#maps = undefined;
      this.#drawMaps();
      return;
    }
    const path = model.session.path === 'expanded' ? 'expanded' : 'coefficient';
    this.#session ??= InferenceSession.fromFile(model.file, { path });
    const session = await this.#session;
    const layers = this.#layers.flatMap(({ maps }) => maps ?? []);
    if (turn !== this.#turn || layers.length === 0) return;
    const maps = await featureMaps(session, values, layers);
    if (turn !== this.#turn) return;
    this.#maps = maps;
    this.#drawMaps();
  }

  #list(): void {
    const rows = this.#layers.map((layer) => {
      const label = document.createElement('label');
      label.className = 'layer';
      const input = document.createElement('input');
      input.type = 'radio';
      input.name = 'layer';
      input.value = layer.name;
      input.addEventListener('change', () => this.#choose(layer));
      const title = document.createElement('span');
      title.className = 'title';
      title.textContent = layer.name;
      const note = document.createElement('span');
      note.className = 'small';
      note.textContent = describe(layer);
      label.append(input, title, note);
      return label;
    });
    this.#part('.layers').replaceChildren(...rows);
    const pictures = this.#layers.filter(({ kernels }) => kernels?.stored).length;
    const convolutions = this.#layers.filter(({ kernels }) => kernels).length;
    this.#part('.intro').textContent =
      `${pictures} of ${convolutions} convolutions are stored as JPEGs. Choose a layer to see its kernels, and what it makes of the input.`;
  }

  #choose(layer: Shown | undefined): void {
    this.#chosen = layer;
    for (const input of this.#root.querySelectorAll('input')) input.checked = input.value === layer?.name;
    this.#drawKernels();
    this.#drawMaps();
  }

  #drawKernels(): void {
    const kernels = this.#chosen?.kernels;
    const stored = kernels?.stored;
    this.#part('.kernels').hidden = kernels === undefined;
    this.#part('.stored').hidden = stored === undefined;
    if (kernels === undefined || this.#chosen === undefined) return;
    const { colour, name } = this.#chosen;
    const sheet = kernelSheet(kernels.values, kernels.shape, colour);
    draw(this.#canvas('.kernels'), sheet, `Kernels of layer ${name}`);
    const [outputs, inputs, height, width] = kernels.shape;
    const tile = `${height}×${width}`;
    const how = colour
      ? `each tile the ${tile} kernel of an output channel in red, green and blue`
      : inputs === 1
        ? `each tile the ${tile} kernel of a channel`
        : `a row of ${tile} tiles per output channel, a column per input channel`;
    const part =
      sheet.outputs < outputs || sheet.inputs < inputs
        ? ` The first ${sheet.outputs}×${sheet.inputs} of ${formatCount(outputs)}×${formatCount(inputs)} are shown.`
        : '';
    this.#caption(
      '.kernels',
      `Kernels: ${how}; mid-grey is 0, each output channel has its own scale.${part}`,
    );
    if (stored === undefined) return;
    const picture = sheetPicture(stored.jpeg, stored.weight, outputs);
    const image = this.#part('.stored').querySelector('img') as HTMLImageElement;
    image.src = picture.source;
    image.width = picture.width;
    image.height = picture.height;
    enlarge(image, picture.width);
    image.alt = `The JPEG that holds the kernels of layer ${name}`;
    const layout =
      stored.layout === 'taps'
        ? 'a row per output channel; the input channels of one place of the kernel after another'
        : 'a row per output channel';
    this.#caption(
      '.stored',
      [
        `As stored: a JPEG of ${formatBytes(stored.jpeg.length)}, ${layout}.`,
        picture.recoded
          ? `In the file it is arithmetic-coded, which browsers do not show; here the same coefficients are recoded with Huffman codes (${formatBytes(picture.bytes)}).`
          : '',
        stored.runs === 'coefficients'
          ? 'It is multiplied on its coefficients.'
          : 'It is expanded when loaded: so small a layer would gain nothing.',
      ]
        .filter(Boolean)
        .join(' '),
    );
  }

  #drawMaps(): void {
    const maps = this.#chosen?.maps;
    const figure = this.#part('.maps');
    figure.hidden = maps === undefined;
    if (maps === undefined) return;
    const values = this.#maps?.get(maps.name);
    const canvas = this.#canvas('.maps');
    canvas.hidden = values === undefined;
    if (values === undefined) {
      this.#caption('.maps', 'Open a picture or draw, and the feature maps of this layer appear.');
      return;
    }
    const [channels, height, width] = maps.shape;
    const sheet = mapSheet(values, maps.shape);
    draw(canvas, sheet, `Feature maps of layer ${maps.name}`);
    const part =
      sheet.maps < channels ? `the first ${sheet.maps} of ${formatCount(channels)}` : `${channels}`;
    this.#caption(
      '.maps',
      `Feature maps: ${part} channels of ${width}×${height} for this input, each from its minimum (black) to its maximum (white).`,
    );
  }

  #part(selector: string): HTMLElement {
    return this.#root.querySelector(selector) as HTMLElement;
  }

  #canvas(figure: string): HTMLCanvasElement {
    return this.#root.querySelector(`${figure} canvas`) as HTMLCanvasElement;
  }

  #caption(figure: string, text: string): void {
    this.#part(`${figure} figcaption`).textContent = text;
  }
}

function describe({ operator, kernels, maps }: Shown): string {
  const parts = [operator];
  if (kernels) parts.push(`kernels ${kernels.shape.join('×')}`);
  if (kernels) parts.push(kernels.stored ? `JPEG, ${formatBytes(kernels.stored.jpeg.length)}` : 'tensor');
  if (maps) parts.push(`gives ${maps.shape.join('×')}`);
  return parts.join(', ');
}

/** Shows a picture of so many samples with whole pixels per sample, as far as there is room. */
function enlarge(picture: HTMLElement, width: number): void {
  picture.style.setProperty('--width', `${width * Math.min(12, Math.max(1, Math.round(640 / width)))}px`);
}

function draw(canvas: HTMLCanvasElement, sheet: TileSheet, label: string): void {
  const { width, height, channels, samples } = sheet;
  const image = new ImageData(width, height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let part = 0; part < 3; part++)
      image.data[4 * pixel + part] = samples[channels * pixel + (channels === 3 ? part : 0)];
    image.data[4 * pixel + 3] = 255;
  }
  canvas.width = width;
  canvas.height = height;
  enlarge(canvas, width);
  canvas.setAttribute('aria-label', label);
  canvas.getContext('2d')?.putImageData(image, 0, 0);
}
