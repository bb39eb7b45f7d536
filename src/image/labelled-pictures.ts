/** Pictures with their labels, all of one size. */
export interface LabelledPictures {
  readonly count: number;
  readonly width: number;
  readonly height: number;
  /** 1: grey, 3: red, green, blue; 1 if absent. */
  readonly channels?: 1 | 3;
  /** count × channels × height × width samples 0…255. */
  readonly pictures: Uint8Array;
  /** One class index per picture. */
  readonly labels: Uint8Array;
  /** What the classes are called, if that is known. */
  readonly classes?: readonly string[];
  /** Whether networks may have learnt from some: nothing says which ones are to test with. */
  readonly mayBeSeen?: boolean;
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
