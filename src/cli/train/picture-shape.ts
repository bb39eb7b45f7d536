import type { Shape } from '../../graph/shape.ts';

/** What the pictures of a run will be like. */
export interface PictureShape {
  /** Channels × height × width. */
  readonly input: Shape;
  /** Number of classes. */
  readonly outputs: number;
  /** Their names, where they have some. */
  readonly classes?: readonly string[] | undefined;
}
