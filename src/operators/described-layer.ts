import { WjpegError } from '../errors.ts';
import { hint } from '../options/rules.ts';
import { text } from '../options/structure.ts';
import { findOperator, OPERATOR_TYPES } from './index.ts';
import type { Operator } from './operator.ts';

/** What descriptions of networks that are written by hand have in common: those of state dicts, and of networks to train. */

/** The operator that a described layer names. `place` is where it stands, for messages: `layers.3`. */
export function describedOperator(layer: Readonly<Record<string, unknown>>, place: string): Operator {
  const type = text(1, 100)(layer.type, `${place}.type`);
  const operator = findOperator(type);
  if (operator !== undefined && OPERATOR_TYPES.includes(type)) return operator;
  throw new WjpegError(
    'unsupported',
    'OPERATOR_UNKNOWN',
    `${place}.type: unknown operator '${type}'${hint(type, OPERATOR_TYPES)}: docs/wjz-format.md, 2.6, lists them`,
  );
}

/** What is wrong with a layer that has other fields than these; undefined if nothing is. */
export function unknownField(
  layer: Readonly<Record<string, unknown>>,
  place: string,
  fields: readonly string[],
): string | undefined {
  const other = Object.keys(layer).find((field) => !fields.includes(field));
  if (other === undefined) return undefined;
  return `${place === '' ? '' : `${place}.`}${other}: unknown field, expected one of: ${fields.join(', ')}${hint(other, fields)}`;
}

/** Attributes that one number may stand for, and how many it then is. */
const SPREAD: Readonly<Record<string, number>> = { kernel: 2, strides: 2, dilations: 2, pads: 4 };

/** Windows may have one number for both directions, and for all four sides. */
export function spreadNumbers(
  { attributes }: Operator,
  given: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  if (!attributes.names.includes('strides')) return given;
  const spread = Object.entries(given).map(([key, value]) =>
    typeof value === 'number' && key in SPREAD ? [key, new Array(SPREAD[key]).fill(value)] : [key, value],
  );
  return Object.fromEntries(spread);
}
