import { startProgress } from '../../src/cli/progress.ts';
import { namingAsync } from '../../src/errors.ts';
import type { LabelledPictures } from '../../src/image/labelled-pictures.ts';
import type { Candidate } from './candidates.ts';
import { measureCandidate } from './measure.ts';
import { methodOf } from './methods.ts';
import type { FrontierPoint } from './point.ts';

/** Measures one candidate after another on the first `images` test pictures. */
export async function sweep(
  candidates: readonly Candidate[],
  test: LabelledPictures,
  images: number,
): Promise<FrontierPoint[]> {
  const progress = startProgress('files', candidates.length);
  const points: FrontierPoint[] = [];
  try {
    for (const candidate of candidates) {
      const name = `${methodOf(candidate.method).label}, ${candidate.setting}`;
      points.push(await namingAsync(name, () => measureCandidate(candidate, test, images)));
      progress.advance(points.length);
    }
  } finally {
    progress.stop();
  }
  return points;
}
