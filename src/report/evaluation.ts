import type { LabelledPictures } from '../image/labelled-pictures.ts';
import type { Answers } from './classify.ts';
import type { EvaluationData, Mistake, OriginalEvaluation } from './data.ts';
import { planesUri } from './data-uri.ts';

/** Maximum number of misclassified pictures to show. */
const MISTAKES = 60;

/**
 * Accuracy by class, confusion and mistakes of a network. `folder`: name of the pictures; `labels`: one per output; `original`:
 * answers of the original weights to the same pictures.
 */
export function evaluationData(
  folder: string,
  data: LabelledPictures,
  answers: Answers,
  labels: readonly string[],
  original?: Answers,
): EvaluationData {
  const images = answers.answer.length;
  const confusion = labels.map(() => new Array<number>(labels.length).fill(0));
  answers.answer.forEach((answer, i) => {
    confusion[data.labels[i]][answer]++;
  });
  return {
    data: folder,
    images,
    available: data.count,
    ...(data.mayBeSeen && { mayBeSeen: true }),
    correct: answers.correct,
    accuracy: answers.correct / images,
    interval: wilsonInterval(answers.correct, images),
    ...(original && { original: compared(data, answers, original) }),
    classes: labels.map((label, index) => {
      const total = confusion[index].reduce((sum, count) => sum + count, 0);
      const correct = confusion[index][index];
      return {
        label,
        images: total,
        correct,
        interval: wilsonInterval(correct, total),
        ...(original && { originalCorrect: correctOf(original, data, index) }),
      };
    }),
    confusion,
    mistakes: mistakes(data, answers, labels, original),
  };
}

function compared(data: LabelledPictures, answers: Answers, original: Answers): OriginalEvaluation {
  const images = answers.answer.length;
  let both = 0;
  for (let i = 0; i < images; i++)
    both += Number(answers.answer[i] === data.labels[i] && original.answer[i] === data.labels[i]);
  return {
    correct: original.correct,
    accuracy: original.correct / images,
    interval: wilsonInterval(original.correct, images),
    lost: original.correct - both,
    gained: answers.correct - both,
  };
}

/** Pictures of a label that get it as their answer. */
function correctOf({ answer }: Answers, { labels }: LabelledPictures, label: number): number {
  return answer.reduce((sum, given, i) => sum + Number(given === label && labels[i] === label), 0);
}

function mistakes(
  data: LabelledPictures,
  answers: Answers,
  labels: readonly string[],
  original: Answers | undefined,
): Mistake[] {
  const { width, height, channels = 1 } = data;
  const size = channels * width * height;
  const isLost = (i: number): number => Number(original?.answer[i] === data.labels[i]);
  return [...answers.answer.keys()]
    .filter((i) => answers.answer[i] !== data.labels[i])
    .sort((a, b) => isLost(b) - isLost(a) || answers.probability[b] - answers.probability[a] || a - b)
    .slice(0, MISTAKES)
    .map((index) => ({
      index,
      label: labels[data.labels[index]],
      answer: labels[answers.answer[index]],
      probability: answers.probability[index],
      labelProbability: answers.labelProbability[index],
      ...(original && {
        original: { answer: labels[original.answer[index]], correct: isLost(index) === 1 },
      }),
      width,
      height,
      picture: planesUri(data.pictures.subarray(index * size, (index + 1) * size), width, height),
    }));
}

/** Standard score of a two-sided 95% interval. */
const Z = 1.959964;

/**
 * 95% interval of a proportion (E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
 * 1927): unlike ± z standard errors it stays within 0…1 and is informative without any errors.
 */
export function wilsonInterval(correct: number, images: number): readonly [number, number] {
  if (images === 0) return [0, 1];
  const share = correct / images;
  const weight = 1 + Z ** 2 / images;
  const middle = (share + Z ** 2 / (2 * images)) / weight;
  const half = (Z / weight) * Math.sqrt((share * (1 - share)) / images + Z ** 2 / (4 * images ** 2));
  // At the ends of the range the bound is the end itself, which the formula misses by a rounding error.
  return [correct === 0 ? 0 : middle - half, correct === images ? 1 : middle + half];
}
