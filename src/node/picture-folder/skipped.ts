/** A file that was left out. */
export interface SkippedFile {
  /** Below the folder that was named. */
  readonly file: string;
  readonly reason: string;
}
