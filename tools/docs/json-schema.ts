/**
 * The combinators of src/options/structure.ts by the same names: what is described with these is a JSON Schema (draft 2020-12)
 * instead of a reader. tools/docs/manifest-schema.ts puts them in the place of the others.
 */

type Schema = Readonly<Record<string, unknown>>;
type Fields = Readonly<Record<string, Field>>;
/** `isOptional`: whether the field may be absent. */
interface Field {
  readonly schema: Schema;
  readonly isOptional?: boolean;
}

export const optional = ({ schema }: Field): Field => ({ schema, isOptional: true });
export const derived = optional;
export const withDefault = ({ schema }: Field, byDefault: unknown): Field => ({
  schema: { ...schema, default: byDefault },
  isOptional: true,
});

export const text = (minLength: number, maxLength: number): Field => ({
  schema: { type: 'string', ...(minLength > 0 && { minLength }), maxLength },
});
export const matching = ({ source }: RegExp): Field => ({ schema: { type: 'string', pattern: source } });
export const number = (minimum: number, maximum: number): Field => ({
  schema: { type: 'number', minimum, maximum },
});
export const integer = (minimum: number, maximum: number): Field => ({
  schema: { type: 'integer', minimum, ...(maximum < Number.MAX_VALUE && { maximum }) },
});
export const flag: Field = { schema: { type: 'boolean' } };
export const scalar: Field = { schema: { type: ['string', 'number', 'boolean'] } };
export const oneOf = (...values: readonly unknown[]): Field => ({
  schema: values.length === 1 ? { const: values[0] } : { enum: values },
});
export const array = ({ schema }: Field, minItems = 0): Field => ({
  schema: { type: 'array', items: schema, ...(minItems > 0 && { minItems }) },
});
export const record = ({ schema }: Field): Field => ({
  schema: { type: 'object', additionalProperties: schema },
});

export function object(fields: Fields): Field & { readonly fields: Fields } {
  const entries = Object.entries(fields);
  const required = entries.filter(([, { isOptional }]) => !isOptional).map(([name]) => name);
  const properties = Object.fromEntries(entries.map(([name, { schema }]) => [name, schema]));
  return { schema: { type: 'object', ...(required.length > 0 && { required }), properties }, fields };
}

export const variant = (tag: string, kinds: Fields): Field => ({
  schema: {
    type: 'object',
    required: [tag],
    properties: { [tag]: { enum: Object.keys(kinds) } },
    allOf: Object.entries(kinds).map(([kind, { schema }]) => ({
      if: { required: [tag], properties: { [tag]: { const: kind } } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: schema,
    })),
  },
});

export const eitherBy = (name: string, first: Field, second: Field): Field =>
  choice({ type: 'object', required: [name] }, first, second);
export const objectOr = (first: Field, other: Field): Field => choice({ type: 'object' }, first, other);
export const oneOrMore = (one: Field): Field => choice({ type: 'array' }, array(one, 1), one);

function choice(condition: Schema, first: Field, second: Field): Field {
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  return { schema: { if: condition, then: first.schema, else: second.schema } };
}
