import { WjpegError } from '../errors.ts';

/**
 * Checks the structure of JSON, field by field. A library for this would be a tenth of the bytes a page loads before
 * its first answer (docs/decisions/0046-manifest-structure-own-check.md).
 */

/**
 * Returns the known part of a value with defaults filled in, or throws `MANIFEST_FIELD`. `field`: path of the value.
 * `Given` is the type of the value before: fields that have a default may be absent.
 */
export interface Reader<T, Given = T> {
  (value: unknown, field: string): T;
  /** For the compiler alone. */
  readonly given?: Given;
}

/** A field that may be absent; `null` is not. */
export interface OptionalReader<T, Given = T> extends Reader<T, Given> {
  readonly optional: true;
}

/** A field with a default. */
export interface DefaultReader<T, Given = T> extends Reader<T, Given> {
  readonly byDefault: unknown;
}

type Fields = Readonly<Record<string, Reader<unknown>>>;

/** The type of what a reader returns. */
export type Value<R> = R extends Reader<infer T, infer _> ? T : never;
/** The type of what it takes. */
export type Given<R> = R extends Reader<infer _, infer G> ? G : never;

type ValueOf<F extends Fields> = {
  readonly [K in keyof F as F[K] extends OptionalReader<unknown> ? never : K]: Value<F[K]>;
} & {
  readonly [K in keyof F as F[K] extends OptionalReader<unknown> ? K : never]?: Value<F[K]>;
};
type MayBeAbsent = OptionalReader<unknown> | DefaultReader<unknown>;
type GivenOf<F extends Fields> = {
  readonly [K in keyof F as F[K] extends MayBeAbsent ? never : K]: Given<F[K]>;
} & {
  readonly [K in keyof F as F[K] extends MayBeAbsent ? K : never]?: Given<F[K]>;
};

export function optional<T, G>(read: Reader<T, G>): OptionalReader<T, G> {
  return withMark(read, { optional: true as const });
}

export function withDefault<T, G>(read: Reader<T, G>, byDefault: G): DefaultReader<T, G> {
  return withMark(read, { byDefault });
}

/** A field whose default follows from others: the code that reads the object fills it in. */
export function derived<T, G>(read: Reader<T, G>): DefaultReader<T, G> {
  return withMark(read, { optional: true, byDefault: undefined });
}

function withMark<T, G, M>(read: Reader<T, G>, mark: M): Reader<T, G> & M {
  return Object.assign((value: unknown, field: string) => read(value, field), read, mark);
}

/** A value that fulfils a condition. `expected` describes it in words. */
export function satisfying<T>(expected: string, holds: (value: unknown) => boolean): Reader<T> {
  return (value, field) => {
    if (!holds(value)) throw unexpected(field, expected, value);
    return value as T;
  };
}

/** Text of `min` to `max` characters, counted as JSON Schema does: in code points. */
export function text(min: number, max: number): Reader<string> {
  const expected = `text of ${min > 0 ? `${min} to` : 'at most'} ${max} characters`;
  return satisfying(expected, (value) => {
    if (typeof value !== 'string') return false;
    const { length } = [...value];
    return length >= min && length <= max;
  });
}

export function matching(pattern: RegExp, expected: string): Reader<string> {
  return satisfying(expected, (value) => typeof value === 'string' && pattern.test(value));
}

/** A number from `min` to `max`, both included. */
export function number(min: number, max: number): Reader<number> {
  return inRange('a number', (value) => typeof value === 'number', min, max);
}

export function integer(min: number, max: number): Reader<number> {
  return inRange('a whole number', Number.isInteger, min, max);
}

function inRange(what: string, holds: (value: unknown) => boolean, min: number, max: number): Reader<number> {
  return satisfying(
    `${what}, ${min} to ${max}`,
    (value) => holds(value) && (value as number) >= min && (value as number) <= max,
  );
}

/** true or false. */
export const flag: Reader<boolean> = satisfying('true or false', (value) => typeof value === 'boolean');

export function oneOf<const T extends string | number>(...values: readonly T[]): Reader<T> {
  const expected = values.map((value) => JSON.stringify(value)).join(' or ');
  return satisfying(expected, (value) => (values as readonly unknown[]).includes(value));
}

export function array<T, G>(item: Reader<T, G>, min = 0): Reader<readonly T[], readonly G[]> {
  const list = satisfying<readonly unknown[]>(
    min > 0 ? 'a non-empty array' : 'an array',
    (value) => Array.isArray(value) && value.length >= min,
  );
  return (value, field) => list(value, field).map((entry, index) => item(entry, `${field}.${index}`));
}

/** An array is an object in JavaScript but not in JSON. */
export const jsonObject: Reader<Readonly<Record<string, unknown>>> = satisfying(
  'an object',
  (value) => Object(value) === value && !Array.isArray(value),
);

/** An object with these fields, in this order; others are dropped. */
export function object<F extends Fields>(fields: F): Reader<ValueOf<F>, GivenOf<F>> & { readonly fields: F } {
  const read = (value: unknown, field: string): ValueOf<F> => {
    const given = jsonObject(value, field);
    const known: Record<string, unknown> = {};
    for (const [name, read] of Object.entries(fields)) {
      const { byDefault, optional } = read as Partial<OptionalReader<unknown>> & DefaultReader<unknown>;
      const present = given[name] === undefined ? byDefault : given[name];
      if (present === undefined && optional) continue;
      known[name] = read(present, field === '' ? name : `${field}.${name}`);
    }
    return known as ValueOf<F>;
  };
  return Object.assign(read, { fields });
}

export function record<T>(item: Reader<T>): Reader<Readonly<Record<string, T>>> {
  return (value, field) =>
    Object.fromEntries(
      Object.entries(jsonObject(value, field)).map(([name, entry]) => [
        name,
        item(entry, `${field}.${name}`),
      ]),
    );
}

/** An object whose field `tag` states its kind. */
export function variant<F extends Fields>(
  tag: string,
  kinds: F,
): Reader<Value<F[keyof F]>, Given<F[keyof F]>> {
  const kind = oneOf(...Object.keys(kinds));
  return (value, field) => {
    const chosen = kind(jsonObject(value, field)[tag], field === '' ? tag : `${field}.${tag}`);
    return kinds[chosen](value, field) as Value<F[keyof F]>;
  };
}

/** An object with that field is the first, any other the second. */
export const eitherBy = <A, B, GA, GB>(
  name: string,
  first: Reader<A, GA>,
  second: Reader<B, GB>,
): Reader<A | B, GA | GB> => choice((value, field) => name in jsonObject(value, field), first, second);

/** An object, or a value of another kind. */
export const objectOr = <A, B>(first: Reader<A>, other: Reader<B>): Reader<A | B> =>
  choice((value) => typeof value === 'object', first, other);

/** One value, or an array of them. */
export const oneOrMore = <T>(one: Reader<T>): Reader<T | readonly T[]> =>
  choice(Array.isArray, array(one, 1), one);

function choice<A, B, GA, GB>(
  isFirst: (value: unknown, field: string) => boolean,
  first: Reader<A, GA>,
  second: Reader<B, GB>,
): Reader<A | B, GA | GB> {
  return (value, field) => (isFirst(value, field) ? first : second)(value, field);
}

/** What a JSON value may be that is no array, no object and not null. */
export const scalar: Reader<string | number | boolean> = satisfying(
  'a string, a number or a boolean',
  (value) => typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value),
);

function unexpected(field: string, expected: string, value: unknown): WjpegError {
  return new WjpegError(
    'corrupt',
    'MANIFEST_FIELD',
    `model.json: ${field || 'the manifest'}: expected ${expected}, got ${describe(value)}`,
  );
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length > 0 ? 'an array' : 'an empty array';
  if (Object(value) === value) return 'an object';
  return JSON.stringify(value);
}
