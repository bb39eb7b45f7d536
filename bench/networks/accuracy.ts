import type { ImageInputSpec } from '../../src/format/manifest.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { planGraph } from '../../src/graph/plan.ts';
import type { LabelledPictures } from '../../src/image/labelled-pictures.ts';
import { argmax } from '../../src/runtime/answer.ts';
import { EXECUTOR_DEFAULTS } from '../../src/runtime/backends/backend.ts';
import { findBackend } from '../../src/runtime/backends/registry.ts';
import { createGraphExecutor } from '../../src/runtime/graph/create.ts';
import { pictureValues } from '../../src/runtime/sample-inputs.ts';

const BATCH = 100;

/** Part of the pictures, 0…1, whose greatest output is that of their label; backend wasm. */
export async function accuracyOf(
  graph: Graph,
  input: ImageInputSpec,
  pictures: LabelledPictures,
): Promise<number> {
  const executor = await createGraphExecutor(
    'wasm',
    await findBackend('wasm'),
    planGraph(graph),
    EXECUTOR_DEFAULTS,
  );
  let correct = 0;
  for (let first = 0; first < pictures.count; first += BATCH) {
    const count = Math.min(BATCH, pictures.count - first);
    const [outputs] = await executor.run([pictureValues(pictures, first, count, input)], count, 'values');
    const size = outputs.length / count;
    for (let i = 0; i < count; i++) {
      if (argmax(outputs.subarray(i * size, (i + 1) * size)) === pictures.labels[first + i]) correct++;
    }
  }
  executor.dispose();
  return correct / pictures.count;
}
