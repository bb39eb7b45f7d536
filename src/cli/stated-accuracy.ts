import { safetensorsMetadata } from '../safetensors/metadata.ts';

/** Fields of `__metadata__` in which training scripts leave the accuracy on the test set. */
const FIELDS = ['test_accuracy', 'test_acc'];

/**
 * The test accuracy, 0…1, that a safetensors file states in `__metadata__`: "0.981", "98.1" or "98.1%"; undefined where
 * it states none. `bytes`: a file that `readSafetensors` has accepted.
 */
export function statedAccuracy(bytes: Uint8Array): number | undefined {
  const metadata = safetensorsMetadata(bytes);
  const text = FIELDS.map((field) => metadata[field]).find((value) => value !== undefined);
  const parts = /^\s*(\d+(?:\.\d*)?|\.\d+)\s*(%?)\s*$/.exec(String(text));
  if (!parts) return undefined;
  const value = Number(parts[1]);
  // Above 1 it can only be percent; 1 by itself is all of them.
  const accuracy = parts[2] === '%' || value > 1 ? value / 100 : value;
  return accuracy <= 1 ? accuracy : undefined;
}
