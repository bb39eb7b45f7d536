import type { ErrorText } from '../../node/workers/messages.ts';

/** A picture to score. */
export interface ScorePicture {
  readonly file: string;
  /** Its bytes, if it has no file of its own. */
  readonly bytes?: Uint8Array;
  /** Why there are none. */
  readonly error?: ErrorText;
}

/** Whether a picture, the next in order, is wanted. */
export type Wanted = (file: string) => boolean | Promise<boolean>;
