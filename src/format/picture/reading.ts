import { WjpegError } from '../../errors.ts';
import { resolveLimits as resolveJpegLimits } from '../../jpeg/limits.ts';
import { firstScan } from '../../jpeg/markers/first-scan.ts';
import { StreamParser } from '../../jpeg/markers/stream-parser.ts';
import type { Codings } from '../../jpeg/scans/codings.ts';
import { decodeScans } from '../../jpeg/scans/decode/progressive-coding.ts';
import { encodeSequential } from '../../jpeg/scans/encode/sequential.ts';
import type { JpegLimits, JpegProcess } from '../../jpeg/types.ts';
import { checkScales, type SheetSize } from '../check-manifest.ts';
import type { WjzLimits } from '../limits.ts';
import type { LayerSpec } from '../manifest.ts';
import { checkTensors, type GraphManifests, parseJson, readManifest, type WjzFile } from '../reading.ts';
import type { Inflated } from '../zip-content.ts';
import { checkValue } from './check-value.ts';
import { pictureEntries } from './entries.ts';
import { componentOf, fromPictureJson } from './manifest.ts';
import { unpackTensors } from './packed-tensors.ts';
import { joinParts } from './parts.ts';
import { InflatedBody, readPayload, splitBody } from './payload.ts';
import { arrange, cutBlocks, type Rectangle, type SheetLayer, wrongSheet } from './sheet.ts';

/** Deflate data whose content is needed. */
export interface Deflated {
  readonly packed: Uint8Array;
  readonly content: Inflated;
}

/** What a reader of pictures asks for on the way; the caller provides it, synchronously or asynchronously. */
export type PictureNeed =
  | { readonly kind: 'inflate'; readonly deflated: Deflated }
  | { readonly kind: 'graph' }
  | { readonly kind: 'codings'; readonly process: JpegProcess };

/** The answer to a need: content, what reads manifests of graphs, or what decodes the process. */
export type PictureAnswer = Uint8Array | GraphManifests | Codings;

/**
 * The steps of reading a network that is one JPEG, in the order of docs/model-jpeg.md: segments → manifest → tensors →
 * coefficients → check value → layers. The layers come as JPEGs of their own, cut out without loss, so that what reads
 * networks need not know in what they came.
 *
 * @param isWhole whether the check value is looked at; a JPEG whose last scans have not yet arrived has another
 */
export function* readingPicture(
  ...picture: Parameters<typeof stepsOfReading>
): Generator<PictureNeed, WjzFile, PictureAnswer> {
  try {
    return yield* stepsOfReading(...picture);
  } catch (error) {
    if (!(error instanceof WjpegError) || error.code !== 'JPEG_TRUNCATED') throw error;
    const { kind, code, message, offset } = error;
    throw new WjpegError(kind, code, `${message}: the file is cut off, download or copy it again`, {
      ...(offset !== undefined && { offset }),
      cause: error,
    });
  }
}

function* stepsOfReading(
  bytes: Uint8Array,
  limits: WjzLimits,
  jpegLimits: Partial<JpegLimits> | undefined,
  isWhole: boolean,
): Generator<PictureNeed, WjzFile, PictureAnswer> {
  // What is no JPEG at all is refused here.
  const parser = new StreamParser(bytes, resolveJpegLimits({ limits: jpegLimits }));
  const { isDeflated, check, body } = readPayload(joinParts(bytes));
  const deflated = { packed: body, content: new InflatedBody(body.length, limits) };
  const content = isDeflated ? ((yield { kind: 'inflate', deflated }) as Uint8Array) : body;
  const { json, tensors: packed } = splitBody(content, limits);
  const { value, isGraph } = parseJson(json);
  const graphs = isGraph ? ((yield { kind: 'graph' }) as GraphManifests) : undefined;
  const frame = parser.frame();
  const blocksPerRow = Math.ceil(frame.width / 8);
  const { value: complete, components } = fromPictureJson(value, blocksPerRow);
  const { manifest, expected } = readManifest(complete, limits, graphs, undefined);
  const tensors = unpackTensors(expected.tensors, packed);
  checkTensors(tensors, expected);
  checkScales(manifest, tensors);
  graphs?.checkGraph(manifest, tensors);
  const layers = manifest.layers.flatMap((layer, index) =>
    sheetLayers(graphs, layer).map((stored) => ({
      stored,
      component: componentOf(stored.name, components[index], frame.components.length),
    })),
  );
  const { places, blocksPerColumn } = arrange(
    layers.map(({ stored }) => stored),
    layers.map(({ component }) => component),
    blocksPerRow,
  );
  const isGrid = frame.components.every((each) => each.width === frame.width && each.height === frame.height);
  if (frame.width % 8 !== 0 || frame.height !== 8 * blocksPerColumn || !isGrid) {
    throw wrongSheet(
      `it is ${frame.width}×${frame.height}, expected ${8 * blocksPerRow}×${8 * blocksPerColumn} without subsampling`,
    );
  }
  const codings = (yield { kind: 'codings', process: frame.process }) as Codings;
  const image = decodeScans(parser, frame, firstScan(parser, frame), codings);
  if (isWhole && checkValue(body, image.components) !== check) throw recompressed();
  const jpegs = new Map(
    layers.map(({ stored, component }, index) => {
      const { quantization, coefficients } = image.components[component];
      const blocks = cutBlocks(coefficients, blocksPerRow, places[index]);
      return [
        stored.weight.jpeg,
        encodeLayer(expected.jpegs.get(stored.weight.jpeg) as SheetSize, places[index], quantization, blocks),
      ] as const;
    }),
  );
  const manifestBytes = content.length - packed.length;
  const entries = pictureEntries(bytes, {
    json: json.length,
    tensors: packed.length,
    ...(isDeflated ? { body: body.length } : { manifest: manifestBytes }),
  });
  return { container: 'jpeg', manifest, jpegs, tensors, entries };
}

/** The layers of a manifest's layer that are kept as coefficients: itself, or its kernels. */
export function sheetLayers(graphs: GraphManifests | undefined, layer: LayerSpec): SheetLayer[] {
  const stored = layer.type === 'linear' ? [layer] : (graphs?.storedKernels(layer) ?? []);
  return stored.filter((each): each is SheetLayer => 'layout' in each.weight);
}

/** A layer as a JPEG of its own: sequential, with Huffman codes. */
function encodeLayer(
  size: SheetSize,
  { width, height }: Rectangle,
  quantization: Uint16Array,
  coefficients: Int16Array,
): Uint8Array {
  const component = {
    id: 1,
    horizontalSampling: 1,
    verticalSampling: 1,
    quantization,
    coefficients,
    blocksPerRow: width,
    blocksPerColumn: height,
  };
  return encodeSequential({ ...size, components: [component] }, [component], 0, true);
}

function recompressed(): WjpegError {
  return new WjpegError(
    'corrupt',
    'MODEL_RECOMPRESSED',
    'this JPEG no longer is the network that it was: its coefficients have changed; it was recompressed or edited ' +
      '(as messengers and picture editors do): use the original file',
  );
}
