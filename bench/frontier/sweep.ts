import { namingAsync } from '../../src/errors.ts';
import type { LabelledPictures } from '../../src/image/labelled-pictures.ts';
import { withProgress } from '../../src/terminal/progress.ts';
import type { Candidate } from './candidates.ts';
import { measureCandidate } from './measure.ts';
import { methodOf } from './methods.ts';
import type { FrontierPoint } from './point.ts';

/** Measures one candidate after another on the first `images` test pictures. */
export function sweep(
  candidates: readonly Candidate[],
  test: LabelledPictures,
  images: number,
): Promise<FrontierPoint[]> {
  return withProgress('files', candidates.length, async (advance) => {
    const points: FrontierPoint[] = [];
    for (const candidate of candidates) {
      const name = `${methodOf(candidate.method).label}, ${candidate.setting}`;
      points.push(await namingAsync(name, () => measureCandidate(candidate, test, images)));
      advance(points.length);
    }
    return points;
  });
}
