/** Class indices: of 256 classes at most, or of 65,536. */
export type Labels = Uint8Array | Uint16Array;

/** Pictures with their labels, all of one size. */
export interface LabelledPictures {
  readonly count: number;
  readonly width: number;
  readonly height: number;
  /** 1: grey, 3: red, green, blue; 1 if absent. */
  readonly channels?: 1 | 3;
  /** count × channels × height × width samples 0…255. */
  readonly pictures: Uint8Array;
  /** One class index per picture: bytes, as IDX files have them, or 16 bits where there are more classes. */
  readonly labels: Labels;
  /** What the classes are called, if that is known. */
  readonly classes?: readonly string[];
  /** Whether networks may have learnt from some: nothing says which ones are to test with. */
  readonly mayBeSeen?: boolean;
}

/** Room for `count` labels of that many classes. Bytes where these suffice: checkpoints know a run by them. */
export function roomForLabels(count: number, classes: number): Labels {
  return classes > 256 ? new Uint16Array(count) : new Uint8Array(count);
}

/** One more than the greatest label; 1 where there is none. */
export function labelCount(labels: Labels): number {
  let count = 1;
  for (const label of labels) count = Math.max(count, label + 1);
  return count;
}

/** The last pictures of a set: by convention those that are held out. */
export function lastPictures(all: LabelledPictures, count: number): LabelledPictures {
  const { width, height, channels = 1, pictures, labels } = all;
  const first = Math.max(0, all.count - count);
  return {
    ...all,
    count: all.count - first,
    pictures: pictures.subarray(first * channels * width * height),
    labels: labels.subarray(first),
  };
}
