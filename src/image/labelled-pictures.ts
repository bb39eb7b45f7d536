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
}
