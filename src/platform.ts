/** Whether this is Node.js (or a compatible runtime) rather than a browser page or worker. */
export function isNode(): boolean {
  return globalThis.process?.versions?.node !== undefined;
}
