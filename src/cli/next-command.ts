import { shellWord } from '../text/shell.ts';

/**
 * The command that was called, as a shell takes it, with the values of some options replaced (undefined: the option is
 * left out). `words`: those behind the name of the program.
 */
export function nextCommand(
  words: readonly string[],
  changes: Readonly<Record<string, string | undefined>>,
): string {
  const kept: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const [name, value] = words[i].split('=', 2);
    if (!name.startsWith('--') || !Object.hasOwn(changes, name.slice(2))) kept.push(words[i]);
    else if (value === undefined) i++;
  }
  const added = Object.entries(changes).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  );
  // Behind `--` they would be names of files.
  const end = kept.indexOf('--');
  kept.splice(end < 0 ? kept.length : end, 0, ...added);
  return commandLine('wjpeg', kept);
}

/** A command for a user to type; of someone who called this one by npx, with that before it. */
export function commandLine(program: 'wjpeg' | 'wjpeg-infer', words: readonly string[]): string {
  const start = process.env.npm_command === 'exec' ? ['npx', program] : [program];
  return [...start, ...words].map(shellWord).join(' ');
}
