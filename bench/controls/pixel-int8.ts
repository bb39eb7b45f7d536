import type { Contender, ControlSpec } from '../contenders/contender.ts';

/**
 * The fair control: the same weights in pixels as int8, on the engine of the `wasm` backend, with the same skipping of
 * zero inputs, and without any JPEG. What it is faster at is not JPEG's merit.
 * Not there yet: the backend has no stage of int8 weights. Until it has, benchmarks list this among what they did not measure.
 */
export function openPixelInt8(_spec: ControlSpec): Promise<Contender> {
  return Promise.reject(new Error('the wasm backend has no int8 stage yet'));
}
