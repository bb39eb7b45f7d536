/** Values of options: what is checked, what has a unit. */

/** Refuses a number that is not whole or lies outside `min`…`max`. */
export function checkWhole(
  name: string,
  value: number,
  min: number,
  max: number = Number.MAX_SAFE_INTEGER,
): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  const range = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`;
  throw new Error(`--${name} is ${value}, expected a whole number ${range}`);
}

/** Refuses a number outside `range`: `min` and `max` belong to it, `above` does not. */
export function checkNumber(
  name: string,
  value: number | undefined,
  range: { readonly min?: number; readonly above?: number; readonly max?: number } = {},
): void {
  if (value === undefined) return;
  const { min = -Infinity, above = -Infinity, max = Infinity } = range;
  if (Number.isFinite(value) && value >= min && value > above && value <= max) return;
  const expected =
    range.above !== undefined
      ? `above ${above}${range.max === undefined ? '' : ` and up to ${max}`}`
      : range.max !== undefined
        ? `from ${min} to ${max}`
        : range.min !== undefined
          ? `of ${min} or more`
          : '';
  throw new Error(`--${name} is ${value}, expected a number ${expected}`.trimEnd());
}

/** Bytes in each unit of {@link parseBytes}. */
const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
};

/** An option that is a number of bytes: `12000`, `12k`, `12kB`, `1.5 MB`, `12KiB`. */
export function bytesOption(describe: string): {
  readonly type: 'string';
  readonly coerce: (text: unknown) => number | undefined;
  readonly describe: string;
} {
  return {
    type: 'string',
    // What is given more than once is refused where that is checked for every option.
    coerce: (text) => (typeof text === 'string' && text !== '' ? parseBytes(text) : (text as undefined)),
    describe: `${describe}; k, M, KiB, MiB as units`,
  };
}

/** A number of bytes with or without a unit; NaN for anything else. */
export function parseBytes(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?(?:e\d+)?) ?([kmg]i?|)b?$/i.exec(text.trim()) ?? [];
  return number === undefined ? NaN : Math.round(Number(number) * UNITS[unit.toLowerCase()]);
}
