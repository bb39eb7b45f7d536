import yargs, { type Argv } from 'yargs';
import { WjpegError } from '../errors.ts';
import { packageVersion } from './embedded.ts';
import { failUsage } from './program.ts';

/** What a lone `-` becomes: yargs loses it among several positionals. It names the picture in the output, too. */
export const STANDARD_INPUT = 'standard input';

/** Positionals that may have several values. */
const SEVERAL = new Set(['_', 'pictures']);

/** An option that is given twice would become an array, which no command expects. */
function refuseRepeats(options: Readonly<Record<string, unknown>>): true {
  for (const [name, value] of Object.entries(options)) {
    if (Array.isArray(value) && !SEVERAL.has(name)) throw new Error(`--${name} is given more than once`);
  }
  return true;
}

/** Parses a command line and runs the command that it names. `addCommands` adds the commands to the parser. */
export async function parse(
  name: string,
  words: readonly string[],
  addCommands: (parser: Argv) => Argv,
): Promise<void> {
  const parser = yargs(words.map((word) => (word === '-' ? STANDARD_INPUT : word)))
    .scriptName(name)
    // What the commands say is English, whatever the user's language.
    .detectLocale(false)
    .version(packageVersion())
    .strict()
    .help()
    .wrap(Math.min(110, process.stdout.columns ?? 100))
    .check(refuseRepeats, true)
    .fail((message, error) => {
      if (error && (error instanceof WjpegError || !message)) throw error;
      failUsage(name, message);
    });
  await addCommands(parser).parseAsync();
}
