import { WjpegError } from '../errors.ts';

/**
 * Checks the structure of JSON, field by field. A library for this would be a tenth of the bytes a page loads before
 * its first answer (docs/decisions/0046-manifest-structure-own-check.md).
 */

/** Returns the known part of a value, or throws `MANIFEST_FIELD`. `field`: path of the value. */
export type Reader<T> = (value: unknown, field: string) => T;

/** A field that may be absent; `null` is not. */
export interface OptionalReader<T> extends Reader<T> {
  readonly optional: true;
}

type Fields = Readonly<Record<string, Reader<unknown>>>;
type Value<R> = R extends Reader<infer T> ? T : never;
type OptionalKeys<F extends Fields> = {
  [K in keyof F]: F[K] extends OptionalReader<unknown> ? K : never;
}[keyof F];
type ObjectOf<F extends Fields> = { readonly [K in Exclude<keyof F, OptionalKeys<F>>]: Value<F[K]> } & {
  readonly [K in OptionalKeys<F>]?: Value<F[K]>;
};

export function optional<T>(read: Reader<T>): OptionalReader<T> {
  return Object.assign((value: unknown, field: string) => read(value, field), { optional: true as const });
}

/** A value that fulfils a condition. `expected` describes it in words. */
export function satisfying<T>(expected: string, holds: (value: unknown) => boolean): Reader<T> {
  return (value, field) => {
    if (!holds(value)) throw unexpected(field, expected, value);
    return value as T;
  };
}

/** Text of `least` to `most` characters, counted as JSON Schema does: in code points. */
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

/** A number from `least` to `most`, both included. */
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

export function array<T>(item: Reader<T>, min = 0): Reader<readonly T[]> {
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
export function object<F extends Fields>(fields: F): Reader<ObjectOf<F>> {
  return (value, field) => {
    const given = jsonObject(value, field);
    const known: Record<string, unknown> = {};
    for (const [name, read] of Object.entries(fields)) {
      if ('optional' in read && !(name in given)) continue;
      known[name] = read(given[name], field === '' ? name : `${field}.${name}`);
    }
    return known as ObjectOf<F>;
  };
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
export function variant<F extends Fields>(tag: string, kinds: F): Reader<Value<F[keyof F]>> {
  const kind = oneOf(...Object.keys(kinds));
  return (value, field) => {
    const chosen = kind(jsonObject(value, field)[tag], field === '' ? tag : `${field}.${tag}`);
    return kinds[chosen](value, field) as Value<F[keyof F]>;
  };
}

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
