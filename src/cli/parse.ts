import yargs, { type Argv } from 'yargs';
import { WjpegError } from '../errors.ts';
import { packageVersion } from '../node/embedded.ts';
import { closest } from '../options/closest.ts';
import { renamed } from '../options/renamed.ts';
import { hint } from '../options/rules.ts';
import { failUsage } from '../terminal/program.ts';

/** What a lone `-` becomes: yargs loses it among several positionals. No file can have this name. */
export const STANDARD_INPUT = '\0-';

/** Stands between options and the words after `--`, so that an option without its value does not take one of them. */
const END_OF_OPTIONS = 'end-of-options';

/** Positionals that may have several values. */
const SEVERAL = new Set(['_', 'pictures', 'models']);

/** Options that may be `-`. */
const FROM_STANDARD_INPUT = new Set(['list', 'tar']);

/** Parses a command line and runs the command that it names. `addCommands` adds the commands to the parser. */
export async function parse(
  name: string,
  words: readonly string[],
  addCommands: (parser: Argv) => Argv,
): Promise<void> {
  const parser = yargs(prepareWords(words))
    .scriptName(name)
    // What the commands say is English, whatever the user's language.
    .detectLocale(false)
    .version(packageVersion())
    .alias('version', 'v')
    .help()
    .alias('help', 'h')
    .option(END_OF_OPTIONS, { type: 'boolean', hidden: true })
    .completion('completion', 'Print a script for completion in bash or zsh')
    .strict()
    .wrap(Math.min(110, process.stdout.columns ?? 100))
    .check((options) => checkValues(options, words), true)
    .fail((message, error) => {
      if (error && (error instanceof WjpegError || !message)) throw error;
      const known = { options: knownOptions(parser), commands };
      const help = commands.includes(words[0]) ? `${name} ${words[0]}` : name;
      failUsage(name, explain(asWritten(message, words), known, words), help);
    });
  addCommands(parser);
  // Later the parser knows those of the command that it parses.
  const commands = commandNames(parser);
  await parser.parseAsync();
}

/** Makes words after `--` and a lone `-` survive yargs. What begins with `-` after `--` is a file of this folder. */
function prepareWords(words: readonly string[]): string[] {
  // A shell that asks for completions gives a line that is not finished.
  if (words[0] === '--get-yargs-completions') return [...words];
  const end = words.indexOf('--');
  const options = end < 0 ? words : words.slice(0, end);
  const files = end < 0 ? [] : words.slice(end + 1);
  return [
    ...options.map((word) => (word === '-' ? STANDARD_INPUT : word)),
    ...(end < 0 ? [] : [`--${END_OF_OPTIONS}=true`]),
    ...files.map((word) => (word === '-' ? STANDARD_INPUT : word.startsWith('-') ? `./${word}` : word)),
  ];
}

/** Refuses options that are given twice or without a value. The checks of a command say which numbers it expects. */
function checkValues(options: Readonly<Record<string, unknown>>, words: readonly string[]): true {
  const end = words.indexOf('--');
  const seen = new Set<string>();
  for (const [index, word] of words.slice(0, end < 0 ? words.length : end).entries()) {
    const [name] = /^--[\w-]+/.exec(word) ?? [];
    // yargs adds a number that is given again as 1 to the one before.
    if (name !== undefined && seen.has(name) && typeof options[name.slice(2)] === 'number')
      throw new Error(`${name} is given more than once`);
    if (name !== undefined) seen.add(name);
    const [, flag, given] = /^--([\w-]+)=(.+)$/.exec(word) ?? [];
    if (typeof options[flag] === 'boolean' && !/^(true|false)$/.test(given))
      throw new Error(`--${flag} is '${given}', expected true or false`);
    if (/^--[\w-]+=$/.test(word)) throw new Error(`${word.slice(0, -1)} has no value`);
    if (!/^(--(?!no-)[\w-]+|-[a-z])$/.test(word)) continue;
    const value = options[word.replace(/^--?/, '')];
    // A number that was not written can only be the default.
    const isDefault = typeof value === 'number' && /^--|^$/.test(words[index + 1] ?? '');
    if (value === undefined || value === '' || isDefault) throw new Error(`${word} has no value`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (SEVERAL.has(name)) {
      if (Array.isArray(value) && value.includes('')) throw new Error(`one of the ${name} is an empty name`);
      continue;
    }
    if (Array.isArray(value)) throw new Error(`${dashed(name)} is given more than once`);
    if (value === STANDARD_INPUT && !FROM_STANDARD_INPUT.has(name))
      throw new Error(`${name} is '-', but only pictures can come from standard input`);
    if (value === '') throw new Error(`--${name} has no value`);
  }
  return true;
}

/** A message about an option that is not a number, with what was written in place of `NaN`. */
function asWritten(message: string, words: readonly string[]): string {
  return message.replace(/^--([\w-]+) is (?:NaN|-?Infinity)(?=,)/, (unchanged, name) => {
    const written = rawValue(name, words);
    return written === undefined ? unchanged : `--${name} is '${written}'`;
  });
}

/** An option as it is written. */
function dashed(name: string): string {
  if (name.length === 1) return `-${name}`;
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** What was written after `--name`, with `=` or as the next word. */
function rawValue(name: string, words: readonly string[]): string | undefined {
  const option = dashed(name);
  for (const [index, word] of words.entries()) {
    if (word === option || word === `--${name}`) return words[index + 1];
    if (word.startsWith(`${option}=`)) return word.slice(option.length + 1);
  }
  return undefined;
}

/** Yargs' message about options of other values than their choices, in the words of our own checks. */
function explainChoice(message: string): string | undefined {
  const [, name, given, choices] = /Argument: (\S+), Given: (.*), Choices: (.*)/.exec(message) ?? [];
  if (name === undefined) return undefined;
  // Words are quoted, numbers are not.
  const [word, ...list] = [given, ...choices.split(', ')].map((text) => text.replace(/^"(.*)"$/, '$1'));
  return `${dashed(name)} is '${word}', expected ${list.slice(0, -1).join(', ')} or ${list.at(-1)}${hint(word, list)}`;
}

/** Outputs as commands have them. */
const OUTPUTS: Readonly<Record<string, string>> = {
  train: 'model.jpg',
  compress: 'model.wjz',
  export: 'model.onnx',
};

/** Names that a command line may have. */
interface KnownNames {
  /** As they are written in the help of the command. */
  readonly options: readonly string[];
  readonly commands: readonly string[];
}

/** Says more than yargs: what was probably meant by an unknown option, and what an option's value can be. */
function explain(message: string, known: KnownNames, words: readonly string[]): string {
  const choice = explainChoice(message);
  if (choice !== undefined) return choice;
  // An option that is misspelt is missing too, by its right name.
  const misspelt = /^(Missing required|Not enough|no command)/.test(message)
    ? misspeltOption(known.options, words)
    : undefined;
  if (misspelt !== undefined) return unknownOption(misspelt, known.options);
  if (message.startsWith('Not enough non-option arguments')) return 'no model given';
  const [, missing] = /^Missing required arguments?: (\w+)/.exec(message) ?? [];
  if (missing === 'output')
    return `no output file given: name it with -o, as in -o ${OUTPUTS[words[0]] ?? 'FILE'}`;
  if (missing !== undefined) return `--${missing} is missing`;
  const [, names] = /^Unknown arguments?: (.+)$/.exec(message) ?? [];
  if (names === undefined) return message;
  const all = names.split(', ');
  // Known ones are no arguments.
  if (all.includes(words[0])) {
    const meant = closest(words[0], known.commands);
    return `unknown command '${words[0]}'${meant === undefined ? '' : ` (did you mean ${meant}?)`}`;
  }
  const file = fileLikeOption(words);
  if (file !== undefined)
    return `${file} begins as options do: if it is a file, name it as ./${file}, or after --`;
  if (all.includes('hidden') && known.options.includes('net'))
    return `--hidden is now a part of --net: --net mlp:${rawValue('hidden', words) ?? '300,100'}`;
  const [unknown] = all;
  if (words.includes(unknown) && !words.includes(dashed(unknown))) return `'${unknown}' is one name too many`;
  return unknownOption(unknown, known.options);
}

/** Options that commands call otherwise: score and serve have processes and threads of their own, with a session each. */
const SYNONYMS: Readonly<Record<string, string>> = { threads: 'workers', workers: 'threads' };

/** `name`: without the hyphens. */
function unknownOption(name: string, known: readonly string[]): string {
  const now = renamed(name, known);
  if (now) return `${dashed(name)} is now called --${now}`;
  const other = SYNONYMS[name];
  const meant = known.includes(other) ? other : closest(name, known);
  return `unknown option ${dashed(name)}${meant === undefined ? '' : ` (did you mean --${meant}?)`}`;
}

/** The first option of a command line that is not known, without its hyphens. */
function misspeltOption(known: readonly string[], words: readonly string[]): string | undefined {
  const end = words.indexOf('--');
  const written = words.slice(0, end < 0 ? words.length : end).flatMap((word) => {
    const [, name] = /^--([a-z][\w-]*)/i.exec(word) ?? [];
    return name === undefined ? [] : [name];
  });
  return written.find((name) => !known.includes(dashed(name.replace(/^no-/, '')).slice(2)));
}

/** The first word that is taken for options and looks like a file: -10.png. */
function fileLikeOption(words: readonly string[]): string | undefined {
  const end = words.indexOf('--');
  const options = end < 0 ? words : words.slice(0, end);
  return options.find((word) => /^-[^=]*\.[a-z]\w*$/i.test(word));
}

/** Names of the commands of a parser. */
function commandNames(instance: Argv): string[] {
  const { getInternalMethods } = instance as unknown as {
    getInternalMethods(): { getCommandInstance(): { getCommands(): string[] } };
  };
  return getInternalMethods.call(instance).getCommandInstance().getCommands();
}

/** Names of the options of the command that was parsed, as they are written in the help. */
function knownOptions(instance: Argv): string[] {
  const { key = {}, hiddenOptions = [] } = (
    instance as unknown as { getOptions(): { key?: Record<string, unknown>; hiddenOptions?: string[] } }
  ).getOptions();
  return Object.keys(key).filter((name) => name.length > 1 && !hiddenOptions.includes(name));
}
