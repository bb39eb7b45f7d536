import type { ModelInput } from './input-forms.ts';
import type { Classification, ClassifyOptions } from './options.ts';
import type { InferenceSession } from './session.ts';
import { checkClassifyOptions } from './session-options.ts';

/** The labels of an answer, the most probable first. */
export async function classify(
  session: InferenceSession,
  input: ModelInput,
  options: ClassifyOptions = {},
): Promise<Classification[]> {
  checkClassifyOptions(options);
  const { topK = 5, minProbability = 0, ...how } = options;
  const { probabilities } = await session.infer(input, how);
  return Array.from(probabilities, (score, index) => ({ label: session.labels[index], score, index }))
    .filter(({ score }) => score >= minProbability)
    .sort((a, b) => b.score - a.score)
    .slice(0, topK);
}
