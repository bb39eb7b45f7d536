import yargs, { type Argv } from 'yargs';
import { WjpegError } from '../errors.ts';
import { packageVersion } from './embedded.ts';
import { failUsage } from './program.ts';

/** Parses a command line and runs the command that it names. `addCommands` adds the commands to the parser. */
export async function parse(
  name: string,
  words: readonly string[],
  addCommands: (parser: Argv) => Argv,
): Promise<void> {
  const parser = yargs([...words])
    .scriptName(name)
    .version(packageVersion())
    .strict()
    .help()
    .wrap(Math.min(110, process.stdout.columns ?? 100))
    // A repeated option would otherwise become an array that no command expects.
    .parserConfiguration({ 'duplicate-arguments-array': false })
    .fail((message, error) => {
      if (error && (error instanceof WjpegError || !message)) throw error;
      failUsage(name, message);
    });
  await addCommands(parser).parseAsync();
}
