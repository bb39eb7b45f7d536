import type { LabelledPictures } from '../../src/image/labelled-pictures.ts';
import { evaluate } from '../../src/runtime/evaluate.ts';
import { loadNetwork } from '../../src/runtime/load-network.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import type { LinearNode } from '../../src/weights/network.ts';
import type { Candidate } from './candidates.ts';
import { netOfFile } from './nets.ts';
import type { FrontierPoint } from './point.ts';

/** Stores a net as a candidate says, reads it back and lets the engine label the first `images` test pictures. */
export async function measureCandidate(
  { method, setting, store }: Candidate,
  test: LabelledPictures,
  images: number,
): Promise<FrontierPoint> {
  const { bytes, file } = store();
  const { nodes } = loadNetwork(file, 'coefficient');
  const session = await InferenceSession.fromFile(file, { path: 'coefficient', backends: ['wasm'] });
  try {
    const { correct } = await evaluate(session, test, images);
    return {
      net: netOfFile(file),
      method,
      setting,
      bytes,
      error: (images - correct) / images,
      nonzeros: nodes.reduce((sum, node) => sum + nonzeros(node), 0),
      weights: nodes.reduce((sum, node) => sum + node.inFeatures * node.outFeatures, 0),
      published: false,
    };
  } finally {
    session.dispose();
  }
}

function nonzeros(node: LinearNode): number {
  return node.kind === 'dense'
    ? node.weights.reduce((count, weight) => (weight === 0 ? count : count + 1), 0)
    : node.coefficients.value.length;
}
