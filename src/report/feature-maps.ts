import { graphOf } from '../format/graph-manifest.ts';
import type { Manifest } from '../format/manifest.ts';
import type { WjzFile } from '../format/reading.ts';
import { planGraph } from '../graph/plan.ts';
import type { Shape } from '../graph/shape.ts';
import type { InferenceSession } from '../runtime/session.ts';
import { Tensor } from '../runtime/tensor.ts';

/** A layer that gives feature maps. */
export interface MapLayer {
  readonly name: string;
  /** C×H×W. */
  readonly shape: Shape;
}

/** These only move what another layer has computed, and not always as C×H×W. */
const MOVERS: readonly string[] = ['transpose', 'reshape', 'flatten', 'identity'];

/** The layers of a graph that give feature maps of more than a pixel, in order. */
export function mapLayers({ manifest, tensors }: Pick<WjzFile, 'manifest' | 'tensors'>): MapLayer[] {
  const { shapes } = planGraph(graphOf(manifest, tensors));
  return (manifest as Manifest).layers.flatMap((layer) => {
    if (layer.type !== 'node' || MOVERS.includes(layer.operator)) return [];
    const shape = shapes.get(layer.name) as Shape;
    return shape.length === 3 && shape[1] * shape[2] > 1 ? [{ name: layer.name, shape }] : [];
  });
}

/** What layers give for one input of a session. `values`: the input as the network takes it. */
export async function featureMaps(
  session: InferenceSession,
  values: Float32Array,
  layers: readonly MapLayer[],
): Promise<ReadonlyMap<string, Float32Array>> {
  const [{ name, shape }] = session.inputMetadata;
  const input = new Tensor(values, [1, ...(shape.slice(1) as number[])]);
  const found = await session.run(
    { [name]: input },
    layers.map((layer) => layer.name),
  );
  return new Map(layers.map((layer) => [layer.name, found[layer.name].data as Float32Array]));
}
