import { deflateSync } from 'fflate';
import { joinBytes } from '../../bytes.ts';
import { WjpegError } from '../../errors.ts';
import { decodeCoefficients, encodeCoefficients, type JpegEncodeOptions } from '../../jpeg/index.ts';
import { isArithmetic, isProgressive } from '../../jpeg/markers/frame-header.ts';
import type { CoefficientImage } from '../../jpeg/types.ts';
import * as graphManifests from '../graph-manifest.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import type { LayerSpec, Manifest } from '../manifest.ts';
import { checkedContent, shortOf, type WjzContent } from '../write.ts';
import { checkValue } from './check-value.ts';
import { toPictureJson } from './manifest.ts';
import { packTensors } from './packed-tensors.ts';
import { withParts } from './parts.ts';
import { DEFLATED, END_OF_MANIFEST, HEAD_BYTES, maxBodyBytes, STORED } from './payload.ts';
import { toPhrases } from './phrases.ts';
import { sheetLayers } from './reading.ts';
import { arrange, moveTiles, placeBlocks, type SheetLayer } from './sheet.ts';
import { cuts, partitions } from './splits.ts';
import { type SharedTables, shareTables } from './tables.ts';
import { layersOn, widthsToTry } from './widths.ts';

/** Blocks of a network up to which layers are spread over components, if that takes fewer bytes. */
const SPLIT_BLOCKS = 2 ** 14;
/** Layers of which all ways are tried; of more, only those that keep their order. */
const SPLIT_LAYERS = 5;
/** Widths of the sheet that each way is tried at. */
const SPLIT_WIDTHS = 4;
/** Layers up to which ways are tried at all. */
const CUT_LAYERS = 24;

/** A layer that is kept as coefficients, and its picture. */
interface Drawn {
  /** Which layer of the manifest it is, or belongs to. */
  readonly index: number;
  readonly layer: SheetLayer;
  readonly image: CoefficientImage;
}

/**
 * Writes a network as one JPEG (docs/model-jpeg.md) that has the same coefficients as the layers' own: all layers on one sheet, what
 * else there is in APP9 segments. Of several widths of the sheet the one that takes the fewest bytes is written; so
 * `tilesPerRow` of its layers may be another when it is read.
 *
 * @param coding how the sheet is coded; by default as the layers' JPEGs are
 * @throws WjpegError what `writeWjz` throws; `MODEL_TABLES` if the layers have more than three quantisation tables,
 *   `SHEET_TOO_LARGE` if no sheet holds them, `MODEL_SIZE` for too many bytes beside the coefficients
 */
export function writePicture(content: WjzContent, coding?: JpegEncodeOptions): Uint8Array {
  const { manifest, expected, jpegs } = checkedContent(content);
  const drawn = manifest.layers.flatMap((layer, index) =>
    sheetLayers(graphManifests, layer).map(
      (stored): Drawn => ({
        index,
        layer: stored,
        image: decodeCoefficients(jpegs.get(stored.weight.jpeg) as Uint8Array),
      }),
    ),
  );
  const shared = shareTables(drawn.map(tableOf));
  const scaled = { ...manifest, layers: scaleLayers(manifest, drawn, shared.factors) };
  const short = shortOf(scaled);
  const tensors = packTensors(expected.tensors, content.tensors);
  const how = searched(coding ?? codingOf(drawn));
  const written = (
    components: readonly number[],
    widths: number,
  ): { sheet: CoefficientImage; file: Uint8Array } => {
    const { sheet, jpeg } = smallest(drawn, { ...shared, components }, how.trial, widths);
    return { sheet, file: withParts(jpeg, payload(components, sheet)) };
  };
  const payload = (components: readonly number[], sheet: CoefficientImage): Uint8Array => {
    const ofLayers: number[] = [];
    for (const [at, { index }] of drawn.entries()) ofLayers[index] = components[at];
    return payloadOf(toPictureJson(short, ofLayers), tensors, sheet);
  };
  let components = shared.components;
  let best = written(components, Number.POSITIVE_INFINITY);
  // A script of progressive scans is one for the components that there are.
  for (const other of how.own.progressive || how.own.scans ? [] : splits(drawn, shared)) {
    const tried = written(other, SPLIT_WIDTHS);
    if (tried.file.length < best.file.length) [best, components] = [tried, other];
  }
  if (!how.isSearched) return best.file;
  return withParts(encodeCoefficients(best.sheet, how.own), payload(components, best.sheet));
}

/** How a sheet is coded: while widths and components are tried, and in the end. */
interface Coding {
  readonly trial: JpegEncodeOptions;
  readonly own: JpegEncodeOptions;
  /** Whether they differ: the search for a conditioning takes many times as long as coding, and changes little between sheets. */
  readonly isSearched: boolean;
}

function searched(coding: JpegEncodeOptions): Coding {
  const mayBeArithmetic = coding.entropy === 'arithmetic' || coding.entropy === 'auto';
  // A script of scans is that of a progressive picture, said or not.
  const inScans = coding.progressive ?? coding.scans !== undefined;
  const isSearched = mayBeArithmetic && !inScans && coding.conditioning === undefined;
  const own: JpegEncodeOptions = { interleaved: false, ...coding };
  return { trial: isSearched ? { ...own, conditioning: 'default' } : own, own, isSearched };
}

/**
 * Other components for layers that share one table. A component has a scan of its own, in which an entropy coder learns anew: worth
 * its bytes where layers are unlike.
 */
function splits(drawn: readonly Drawn[], { tables }: SharedTables): readonly (readonly number[])[] {
  const blocks = drawn.reduce((sum, { image }) => sum + image.components[0].coefficients.length / 64, 0);
  if (tables.length > 1 || blocks > SPLIT_BLOCKS) return [];
  if (drawn.length > CUT_LAYERS) return [];
  return drawn.length <= SPLIT_LAYERS ? partitions(drawn.length) : cuts(drawn.length);
}

function tableOf({ layer, image }: Drawn): Parameters<typeof shareTables>[0][number] {
  const [{ quantization, coefficients }] = image.components;
  const used = new Array<boolean>(64).fill(false);
  for (let i = 0; i < coefficients.length; i++) if (coefficients[i] !== 0) used[i & 63] = true;
  const isScalable = typeof layer.weight.affineMap.scale === 'number';
  return { name: layer.name, quantization, used, isScalable };
}

/** The layers with factors of their tables moved to their scales. */
function scaleLayers(
  { layers }: Manifest,
  drawn: readonly Drawn[],
  factors: readonly number[],
): readonly LayerSpec[] {
  return layers.map((layer, index) => {
    const factor = factors[drawn.findIndex((each) => each.index === index)] ?? 1;
    return factor === 1 ? layer : (scaledBy(layer, factor) as unknown as LayerSpec);
  });
}

/** Multiplies `affineMap.scale` of the weight in a layer, wherever it stands. */
function scaledBy(value: object, factor: number): object {
  return Object.fromEntries(
    Object.entries(value).map(([key, field]): [string, unknown] => {
      if (key === 'scale' && typeof field === 'number') return [key, field * factor];
      const isInside = ['weight', 'constants', 'affineMap'].includes(key);
      return [key, isInside && typeof field === 'object' && field !== null ? scaledBy(field, factor) : field];
    }),
  );
}

/** As the layers' own JPEGs are coded: arithmetic or progressive, if one of them is. */
function codingOf(drawn: readonly Drawn[]): JpegEncodeOptions {
  const processes = drawn.map(({ image }) => image.process);
  if (processes.some(isArithmetic)) return { entropy: 'arithmetic' };
  return processes.some(isProgressive) ? { progressive: true } : {};
}

/** The sheet at the width at which it takes the fewest bytes. */
function smallest(
  drawn: readonly Drawn[],
  shared: SharedTables,
  trial: JpegEncodeOptions,
  maxWidths: number,
): { readonly sheet: CoefficientImage; readonly jpeg: Uint8Array } {
  const widths = widthsToTry(
    drawn.map(({ layer }) => layer),
    shared.components,
  );
  if (widths.length === 0) {
    throw new WjpegError(
      'unsupported',
      'SHEET_TOO_LARGE',
      'no JPEG can hold all layers on one sheet of at most 65535 samples per side: write a .wjz',
    );
  }
  let best: { sheet: CoefficientImage; jpeg: Uint8Array } | undefined;
  for (const width of widths.slice(0, maxWidths)) {
    const sheet = draw(drawn, shared, width);
    const jpeg = encodeCoefficients(sheet, trial);
    if (best === undefined || jpeg.length < best.jpeg.length) best = { sheet, jpeg };
  }
  return best as NonNullable<typeof best>;
}

/** All layers on a sheet of that width, each in its component. */
function draw(
  drawn: readonly Drawn[],
  { tables, components }: SharedTables,
  blocksPerRow: number,
): CoefficientImage {
  const layers = layersOn(
    drawn.map(({ layer }) => layer),
    blocksPerRow,
  );
  const { places, blocksPerColumn } = arrange(layers, components, blocksPerRow);
  // Viewers open one component or three; a third one without layers takes a table that is there.
  const count = components.some((component) => component > 0) ? 3 : 1;
  const [width, height] = [8 * blocksPerRow, 8 * blocksPerColumn];
  const planes = Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    horizontalSampling: 1,
    verticalSampling: 1,
    width,
    height,
    blocksPerRow,
    blocksPerColumn,
    quantization: tables[index] ?? tables[0] ?? new Uint16Array(64).fill(1),
    coefficients: new Int16Array(blocksPerRow * blocksPerColumn * 64),
  }));
  for (const [at, { layer, image }] of drawn.entries()) {
    const { weight } = layers[at];
    const blocks = image.components[0].coefficients;
    const moved = weight.layout === 'rows' ? moveTiles(blocks, layer, weight.tilesPerRow) : blocks;
    placeBlocks(planes[components[at]].coefficients, blocksPerRow, places[at], moved);
  }
  return { width, height, process: 'baseline', components: planes, adobeTransform: undefined };
}

/** The payload in the fewest bytes: the manifest in phrases or not, the body deflated or not. */
function payloadOf(json: string, tensors: Uint8Array, { components }: CoefficientImage): Uint8Array {
  const ascii = new TextEncoder().encode(json);
  const payloads = [toPhrases(json), ascii].flatMap((manifest) => {
    const body =
      tensors.length > 0 ? joinBytes([manifest, Uint8Array.of(END_OF_MANIFEST), tensors]) : manifest;
    const packed = deflateSync(body, { level: 9 });
    const mayBeDeflated = body.length <= maxBodyBytes(packed.length, DEFAULT_LIMITS);
    return [{ kind: STORED, body }, ...(mayBeDeflated ? [{ kind: DEFLATED, body: packed }] : [])];
  });
  const { kind, body } = payloads.reduce((best, other) =>
    other.body.length < best.body.length ? other : best,
  );
  const payload = new Uint8Array(HEAD_BYTES + body.length);
  payload[0] = kind;
  new DataView(payload.buffer).setUint32(1, checkValue(body, components));
  payload.set(body, HEAD_BYTES);
  return payload;
}
