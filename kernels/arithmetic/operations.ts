/** Numbers of the operations for kernels that choose by them. */
export const OPERATIONS = {
  add: 0,
  divide: 1,
  maximum: 2,
  minimum: 3,
  multiply: 4,
  power: 5,
  subtract: 6,
} as const;

export type Operation = keyof typeof OPERATIONS;

/** A table with a row per operation. */
export function perOperation<T>(
  row: (operation: Operation, code: number) => T,
): Readonly<Record<Operation, T>> {
  const rows = Object.entries(OPERATIONS).map(([name, code]) => [name, row(name as Operation, code)]);
  return Object.fromEntries(rows) as Readonly<Record<Operation, T>>;
}
