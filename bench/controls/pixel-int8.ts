import { readFileSync } from 'node:fs';
import { instantiate } from '../../kernels/embedded.ts';
import * as layout from '../../kernels/wasm/layout.ts';
import { networkFromStateDict, readSafetensors } from '../../src/format.ts';
import { tileGeometry } from '../../src/jpeg/dct/tile-geometry.ts';
import { KernelMemory } from '../../src/runtime/backends/wasm/memory.ts';
import { type Kernels, kernelModule, loadKernels } from '../../src/runtime/backends/wasm/module.ts';
import { padRows, writeNode } from '../../src/runtime/backends/wasm/node-record.ts';
import { writePackedSingle } from '../../src/runtime/backends/wasm/packed-single.ts';
import { allocateWork, workSizes } from '../../src/runtime/backends/wasm/work.ts';
import { denseNodes } from '../../src/weights/dense-network.ts';
import type { DenseNode } from '../../src/weights/network.ts';
import type { ControlSpec, Subject } from '../subjects/subject.ts';

/**
 * The fair control: the same weights in pixels as int8, on the engine of the `wasm` backend, with the same skipping of
 * zero inputs, and without any JPEG. What it is faster at is not JPEG's merit.
 *
 * The first layer is quantised with one scale a row (greatest magnitude ÷ 127) and multiplied by the kernel that multiplies
 * pairs of columns of coefficients, every column being kept as int8; inputs become int16. The rest of the net is float32.
 * Inputs are run one after another, whatever the batch: the engine has no layout of int8 for batches.
 */
export async function openPixelInt8({ model }: ControlSpec): Promise<Subject> {
  const network = denseNodes(networkFromStateDict(readSafetensors(readFileSync(model))));
  const [first, ...rest] = network.nodes as DenseNode[];
  const { inFeatures, outFeatures } = first;
  const out = network.nodes[network.nodes.length - 1].outFeatures;
  const memory = new KernelMemory(false);
  await loadKernels('simd');
  const kernels = instantiate<Kernels>(kernelModule('simd'), memory.memory);

  const before = memory.used;
  const { scale, start, row, value } = quantizeRows(first);
  const record = writeNode(
    memory,
    {
      ...first,
      kind: 'rows',
      tile: tileGeometry(8, 8),
      quantization: new Uint16Array(64).fill(1),
      scale,
      offset: null,
    },
    'int16',
  );
  const form = writePackedSingle(
    memory,
    { start, row, value },
    { count: inFeatures, runs: 0, groups: 1, blocks: false, at: (k) => k },
    padRows(outFeatures),
    { min: () => 0, gain: () => -1 },
  );
  const words = memory.words(record, layout.NODE_WORDS);
  words[layout.NODE_KIND] = layout.KIND_PLAIN;
  words[layout.C_RANGE] = Math.min(32767, Math.floor((2 ** 31 - 1) / form.rowSum));
  words[layout.C_SEGMENTS] = form.segments;
  words[layout.C_SEGMENT_COUNT] = form.segmentCount;
  words[layout.C_GROUP_PAIRS] = form.groupPairs;
  words[layout.C_PAIR_WEIGHTS] = form.weights;
  const addresses = [record, ...rest.map((node) => writeNode(memory, node, 'int16'))];
  const residentBytes = memory.used - before;

  const net = memory.write(Uint32Array.of(addresses.length, ...addresses));
  const sizes = workSizes(network.nodes);
  const work = allocateWork(memory, { ...sizes, columns: inFeatures + 64, rows: padRows(outFeatures) });
  const input = memory.allocate((inFeatures + 32) * 4);
  const output = memory.allocate(out * 4);
  const inputs = memory.floats(input, inFeatures);
  const outputs = memory.floats(output, out);
  return {
    detail: `int8 pixels on wasm, ${form.pairs} pairs of columns`,
    run: async (values, batch) => {
      const logits = new Float32Array(batch * out);
      for (let i = 0; i < batch; i++) {
        inputs.set(values.subarray(i * inFeatures, (i + 1) * inFeatures));
        kernels.runSingle(net, work, input, 0, output);
        logits.set(outputs, i * out);
      }
      return logits;
    },
    memory: () => ({ residentBytes, peakBytes: memory.memory.buffer.byteLength }),
    dispose: () => {},
  };
}

/** Weights as int8 by column, a scale a row: weight ≈ scale[row] · value. */
function quantizeRows({ weights, inFeatures, outFeatures }: DenseNode): {
  scale: Float32Array;
  start: Uint32Array;
  row: Uint32Array;
  value: Int16Array;
} {
  const scale = Float32Array.from({ length: outFeatures }, (_, row) => {
    const magnitudes = weights.subarray(row * inFeatures, (row + 1) * inFeatures).map(Math.abs);
    return magnitudes.reduce((max, magnitude) => Math.max(max, magnitude), 0) / 127;
  });
  const row: number[] = [];
  const value: number[] = [];
  const start = new Uint32Array(inFeatures + 1);
  for (let k = 0; k < inFeatures; k++) {
    for (let r = 0; r < outFeatures; r++) {
      const whole = Math.round(weights[r * inFeatures + k] / scale[r]);
      if (whole === 0) continue;
      row.push(r);
      value.push(whole);
    }
    start[k + 1] = row.length;
  }
  return { scale, start, row: Uint32Array.from(row), value: Int16Array.from(value) };
}
