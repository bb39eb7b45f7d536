import { jsonObject, type Reader } from '../options/structure.ts';

type Fields = Readonly<Record<string, readonly [read: Reader<unknown>, fallback?: unknown]>>;

/** What `attributes` gives for some fields. */
export type AttributesOf<F extends Fields> = {
  readonly [K in keyof F]: F[K][0] extends Reader<infer T> ? T : never;
};

/** Reads the attributes of a node. */
export interface AttributesReader<A> extends Reader<A> {
  /** Names of all attributes, and the default of each that has one. */
  readonly names: readonly string[];
  readonly defaults: Readonly<Record<string, unknown>>;
}

/**
 * Reads the attributes of a node: of each field how its value is checked, and its default. A field without a default must be
 * present. Fields that the operator does not know are dropped.
 */
export function attributes<const F extends Fields>(fields: F): AttributesReader<AttributesOf<F>> {
  const entries = Object.entries(fields);
  const withDefault = entries.filter(([, field]) => field.length > 1);
  const defaults = Object.fromEntries(withDefault.map(([name, [, fallback]]) => [name, fallback]));
  const read: Reader<AttributesOf<F>> = (value, field) => {
    const given = jsonObject(value, field);
    const values = entries.map(([name, [reader]]) => {
      const isDefault = name in defaults && !(name in given);
      return [
        name,
        isDefault ? defaults[name] : reader(given[name], field === '' ? name : `${field}.${name}`),
      ];
    });
    return Object.fromEntries(values) as AttributesOf<F>;
  };
  return Object.assign(read, { names: Object.keys(fields), defaults });
}
