import type { LabelledPictures } from '../../src/image/labelled-pictures.ts';
import { evaluate } from '../../src/runtime/evaluate.ts';
import { loadNetwork } from '../../src/runtime/load-network.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import type { Stage } from '../../src/weights/network.ts';
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
  const { stages } = loadNetwork(file, 'coefficient');
  const session = await InferenceSession.fromFile(file, { path: 'coefficient', backends: ['wasm'] });
  try {
    const { correct } = await evaluate(session, test, images);
    return {
      net: netOfFile(file),
      method,
      setting,
      bytes,
      error: (images - correct) / images,
      nonzeros: stages.reduce((sum, stage) => sum + nonzeros(stage), 0),
      weights: stages.reduce((sum, stage) => sum + stage.inFeatures * stage.outFeatures, 0),
      published: false,
    };
  } finally {
    session.dispose();
  }
}

function nonzeros(stage: Stage): number {
  return stage.kind === 'dense'
    ? stage.weights.reduce((count, weight) => (weight === 0 ? count : count + 1), 0)
    : stage.coefficients.value.length;
}
