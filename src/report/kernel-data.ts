import type { WjzFile } from '../format/read.ts';
import type { LabelledPictures } from '../image/labelled-pictures.ts';
import { pictureInput, pictureValues } from '../runtime/sample-inputs.ts';
import type { InferenceSession } from '../runtime/session.ts';
import type { KernelData, MapsData } from './data.ts';
import { planesUri, pngUri } from './data-uri.ts';
import { featureMaps, mapLayers } from './feature-maps.ts';
import { layerKernels, looksAtColours } from './kernels.ts';
import type { OriginalLayers } from './original.ts';
import { kernelScales, kernelSheet, mapSheet } from './tile-sheets.ts';

/** Maximum layers whose feature maps are shown. */
const MAP_LAYERS = 6;

/** The kernels of the convolutions of a file, in its order, and those of the original beside them. */
export function kernelData(file: WjzFile, original?: OriginalLayers): KernelData[] {
  return file.manifest.layers.flatMap((layer) => {
    const kernels = layerKernels(file, layer);
    if (kernels === undefined || layer.type !== 'node') return [];
    const { shape, values, stored } = kernels;
    const colour = looksAtColours(file.manifest, layer, shape);
    const before = original?.kernels.get(layer.name);
    const scales = kernelScales(shape, before ? [values, before] : [values]);
    const sheet = kernelSheet(values, shape, colour, scales);
    const { width, height, outputs, inputs } = sheet;
    const source = pngUri(sheet);
    return [
      {
        layer: layer.name,
        source,
        width,
        height,
        shape,
        colour,
        outputs,
        inputs,
        stored: stored?.layout ?? 'tensor',
        ...(before && { original: pngUri(kernelSheet(before, shape, colour, scales)) }),
      },
    ];
  });
}

/** What the first convolutions of a session's network give for the first picture; undefined for a chain of linear layers. */
export async function mapsData(
  session: InferenceSession,
  data: LabelledPictures,
): Promise<MapsData | undefined> {
  const { file } = session;
  if (file.manifest.outputs === undefined) return undefined;
  const convolutions = file.manifest.layers.flatMap((layer) =>
    layer.type === 'node' && layerKernels(file, layer) ? [layer.name] : [],
  );
  const layers = mapLayers(file)
    .filter(({ name }) => convolutions.includes(name))
    .slice(0, MAP_LAYERS);
  if (layers.length === 0) return undefined;
  const values = pictureValues(data, 0, 1, pictureInput(session.input, data));
  const found = await featureMaps(session, values, layers);
  const { width, height, channels = 1, pictures } = data;
  return {
    index: 0,
    picture: planesUri(pictures.subarray(0, channels * width * height), width, height),
    width,
    height,
    layers: layers.map(({ name, shape }) => {
      const sheet = mapSheet(found.get(name) as Float32Array, shape);
      return {
        layer: name,
        source: pngUri(sheet),
        width: sheet.width,
        height: sheet.height,
        shape,
        maps: sheet.maps,
      };
    }),
  };
}
