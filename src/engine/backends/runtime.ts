/** Whether this is Node (or another runtime that passes for it), and not a page or a worker of a browser. */
export function isNode(): boolean {
  return globalThis.process?.versions?.node !== undefined;
}
