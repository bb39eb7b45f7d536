/** Words that a shell takes as they are. */
const PLAIN = /^[\w@%+=:,./×-]+$/;

/** A word of a command as a shell takes it. */
export function shellWord(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
