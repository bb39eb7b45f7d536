/** Lets the browser do what waits for it: input, painting. What runs between two pauses is what these may wait for. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
