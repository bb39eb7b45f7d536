/** WebAssembly that is embedded in modules as base64 (tools/build-kernels.mjs). */
import { isNode } from '../src/platform.ts';

const compiled = new Map<string, WebAssembly.Module>();

/** The module of that key, compiled from `bytes` the first time. */
export function moduleOf(key: string, bytes: () => Uint8Array<ArrayBuffer>): WebAssembly.Module {
  let module = compiled.get(key);
  if (!module) {
    module = new WebAssembly.Module(bytes());
    compiled.set(key, module);
  }
  return module;
}

export function instantiate<T>(module: WebAssembly.Module, memory: WebAssembly.Memory): T {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as T;
}

export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  // Node.js decodes natively; character by character it would take 7 ms of a program that answers once.
  return isNode()
    ? new Uint8Array(Buffer.from(text, 'base64'))
    : Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
