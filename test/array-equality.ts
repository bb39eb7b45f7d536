import { expect } from 'vitest';

/**
 * `toEqual` compares typed arrays one element after the other, as properties of an object: two seconds for the weights of
 * a network. Equal bytes of one type are equal; all else is left to it, which then says what differs.
 */
function haveSameBytes(left: unknown, right: unknown): true | undefined {
  if (!ArrayBuffer.isView(left) || !ArrayBuffer.isView(right)) return undefined;
  if (Object.getPrototypeOf(left) !== Object.getPrototypeOf(right)) return undefined;
  const [a, b] = [left, right].map(({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer, byteOffset, byteLength),
  );
  return a.equals(b) ? true : undefined;
}

expect.addEqualityTesters([haveSameBytes]);
