// Stands in for node:assert in the bundled programs: yargs has two checks of its own state from it, for which Node.js loads
// 3 ms of code at every start.
export function strictEqual(actual, expected) {
  if (!Object.is(actual, expected)) throw new Error('yargs: two values differ that should be the same');
}

export function notStrictEqual(actual, unexpected) {
  if (Object.is(actual, unexpected))
    throw new Error(`yargs: ${String(unexpected)} where something was expected`);
}
