import type { ErrorCode } from '../error-codes.ts';
import { WjpegError } from '../errors.ts';
import { closest } from './closest.ts';
import { renamed } from './renamed.ts';

/** The rule for the value of an option. */
export interface OptionRule {
  /** Completes "expected …" in messages. */
  readonly expected: string;
  accepts(value: unknown): boolean;
  /** The values, if they are names: to suggest the closest one. */
  readonly names?: readonly string[];
  /** Whether the option must be given. */
  readonly required?: true;
  /** The rules of an option that is an object. */
  readonly inner?: Readonly<Record<string, OptionRule>>;
}

/** One rule per option of `T`, so that a new option without a rule does not compile. */
export type OptionRules<T> = { readonly [K in keyof Required<T>]: OptionRule };

/**
 * Refuses unknown options and invalid values. Undefined is the same as absent.
 *
 * @param where what the options are for, the subject of messages: `InferenceSession.create`
 * @throws WjpegError `OPTION_UNKNOWN`, `OPTION_VALUE` or `OPTION_MISSING` (kind `misuse`)
 */
export function checkOptions(
  where: string,
  options: unknown,
  rules: Readonly<Record<string, OptionRule>>,
): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw refusal('OPTION_VALUE', `${where}: options are ${show(options)}, expected an object`);
  }
  const known = Object.keys(rules);
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(rules, name)) throw unknownName(where, name, known);
  }
  for (const [name, rule] of Object.entries(rules)) {
    const value = (options as Record<string, unknown>)[name];
    if (value !== undefined) checkValue(where, name, value, rule);
    else if (rule.required) {
      throw refusal('OPTION_MISSING', `${where}: option '${name}' is missing, expected ${rule.expected}`);
    }
  }
}

/** The same for one argument. @throws WjpegError `ARGUMENT` (kind `misuse`) */
export function checkArgument(where: string, name: string, value: unknown, rule: OptionRule): void {
  if (rule.accepts(value)) return;
  throw refusal(
    'ARGUMENT',
    `${where}: argument '${name}' is ${show(value)}, expected ${rule.expected}${hint(value, rule.names)}`,
  );
}

function checkValue(where: string, name: string, value: unknown, rule: OptionRule): void {
  if (rule.inner) checkOptions(`${where}, ${name}`, value, rule.inner);
  if (rule.accepts(value)) return;
  const wrong = rule.names && Array.isArray(value) ? value.find((item) => !rule.accepts([item])) : value;
  throw refusal(
    'OPTION_VALUE',
    `${where}: option '${name}' is ${show(value)}, expected ${rule.expected}${hint(wrong, rule.names)}`,
  );
}

function unknownName(where: string, name: string, known: readonly string[]): WjpegError {
  const now = renamed(name, known);
  if (now !== undefined) {
    return refusal('OPTION_UNKNOWN', `${where}: option '${name}' is now called '${now}'`);
  }
  return refusal(
    'OPTION_UNKNOWN',
    `${where}: unknown option '${name}', expected one of: ${known.join(', ')}${hint(name, known)}`,
  );
}

/** What was probably meant by a name that is none of `names`: its name of today, or the closest. */
export function hint(name: unknown, names: readonly string[] | undefined): string {
  if (typeof name !== 'string' || names === undefined) return '';
  const now = renamed(name, names);
  if (now !== undefined) return ` ('${name}' is now called '${now}')`;
  const meant = closest(name, names);
  return meant === undefined ? '' : ` (did you mean '${meant}'?)`;
}

function refusal(code: ErrorCode, message: string): WjpegError {
  return new WjpegError('misuse', code, message);
}

/** A value as a message quotes it. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value))
    return `[${value.slice(0, 8).map(show).join(', ')}${value.length > 8 ? ', …' : ''}]`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  return `of type ${Object.prototype.toString.call(value).slice('[object '.length, -1)}`;
}

export function oneOf(...names: readonly string[]): OptionRule {
  return {
    expected: `one of: ${names.join(', ')}`,
    names,
    accepts: (value) => names.includes(value as string),
  };
}

/** One of `names`, several of them in an array, or the word for automatic choice. */
export function listOf(what: string, names: readonly string[], word: string): OptionRule {
  return {
    expected: `'${word}', or one or an array of the ${what} ${names.join(', ')}`,
    names: [word, ...names],
    accepts: (value) =>
      value === word ||
      (Array.isArray(value)
        ? value.length > 0 && value.every((item) => names.includes(item))
        : names.includes(value as string)),
  };
}

export function whole(min: number, max: number = Number.MAX_SAFE_INTEGER): OptionRule {
  const range = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `${min} to ${max}`;
  return {
    expected: `a whole number, ${range}`,
    accepts: (value) => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max,
  };
}

/** An array of whole numbers. */
export function wholes(min: number): OptionRule {
  const rule = whole(min);
  return {
    expected: `an array of whole numbers, ${min} or more`,
    accepts: (value) => Array.isArray(value) && value.every(rule.accepts),
  };
}

export function number(min: number, max: number = Number.POSITIVE_INFINITY): OptionRule {
  return {
    expected: `a number, ${max === Number.POSITIVE_INFINITY ? `${min} or more` : `${min} to ${max}`}`,
    accepts: (value) => typeof value === 'number' && value >= min && value <= max,
  };
}

export const flag: OptionRule = { expected: 'true or false', accepts: (value) => typeof value === 'boolean' };

export const text: OptionRule = { expected: 'a text', accepts: (value) => typeof value === 'string' };

export const texts: OptionRule = {
  expected: 'an array of strings',
  accepts: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
};

export const callback: OptionRule = {
  expected: 'a function',
  accepts: (value) => typeof value === 'function',
};

export const bytes: OptionRule = {
  expected: 'a Uint8Array',
  accepts: (value) => value instanceof Uint8Array,
};

/** For options that are checked where they are used, with their own message. */
export const anything: OptionRule = { expected: 'a value', accepts: () => true };

export function instance(type: string, accepts: (value: object) => boolean): OptionRule {
  return {
    expected: `${/^[AEIOU]/.test(type) ? 'an' : 'a'} ${type}`,
    accepts: (value) => typeof value === 'object' && value !== null && accepts(value),
  };
}

/** An option that is an object with options of its own. */
export function group<T>(inner: OptionRules<T>): OptionRule {
  return { expected: 'an object', accepts: () => true, inner };
}

export function required(rule: OptionRule): OptionRule {
  return { ...rule, required: true };
}

/** The limits in `defaults`; their values are checked where they are applied. */
export function limitsOf(defaults: object): OptionRule {
  const names = Object.keys(defaults);
  return { ...anything, inner: Object.fromEntries(names.map((name) => [name, anything])) };
}
