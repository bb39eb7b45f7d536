import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Precision } from '../../kernels/node.ts';
import { readWjz } from '../../src/format/read.ts';
import { mulberry32 } from '../../src/random.ts';
import { EXECUTOR_DEFAULTS } from '../../src/runtime/backends/backend.ts';
import { findBackend } from '../../src/runtime/backends/registry.ts';
import type { Path } from '../../src/runtime/path.ts';
import { chainNetwork } from '../../src/runtime/ready-network.ts';
import type { Network } from '../../src/weights/network.ts';
import type { KernelCase } from './kernel-case.ts';
import type { Work } from './work.ts';

const DATA = join(import.meta.dirname, '..', '..', 'data');
const QUALITY_20 = 'mnist-mlp-512-q20.wjz';
const TRAINED = 'mnist-mlp-512-trained.wjz';
/** Of a chain there is no kernel to be called alone: a call has a promise and the copying of inputs in it. */
const INPUTS = 784;
const OUTPUTS = 10;
const TOLERANCES = { float32: 1e-4, int16: 0.05, int8: 0.05 };

/** Whole chains, on noise: none of its inputs can be left out. */
export const LINEAR_CASES: readonly Promise<KernelCase>[] = [
  chain('dense-multiply', QUALITY_20, 'expanded', 'float32', 1),
  chain('dense-multiply', QUALITY_20, 'expanded', 'float32', 256),
  chain('coefficient-multiply', QUALITY_20, 'coefficient', 'float32', 1),
  chain('coefficient-multiply', QUALITY_20, 'coefficient', 'float32', 256),
  chain('coefficient-multiply', QUALITY_20, 'coefficient', 'int16', 1),
  chain('coefficient-multiply', QUALITY_20, 'coefficient', 'int16', 256),
  chain('coefficient-multiply', TRAINED, 'coefficient', 'float32', 1),
  chain('coefficient-multiply', TRAINED, 'coefficient', 'float32', 256),
  chain('int8-multiply', QUALITY_20, 'expanded', 'int8', 1),
  chain('int8-multiply', QUALITY_20, 'expanded', 'int8', 256),
];

async function chain(
  kernel: string,
  name: string,
  path: Path,
  precision: Precision,
  batch: number,
): Promise<KernelCase> {
  const file = readWjz(new Uint8Array(readFileSync(join(DATA, name))));
  const network = await chainNetwork(file, path, {});
  const random = mulberry32(6);
  const values = Float32Array.from({ length: batch * INPUTS }, random);
  return {
    kernel,
    what: `784→512→10, ${name === TRAINED ? 'trained' : 'quality 20'}, ${precision}, batch ${batch}`,
    work: workOf(network, precision, batch),
    prepare: async () => {
      const executor = await (await findBackend('wasm')).create(network, { ...EXECUTOR_DEFAULTS, precision });
      let given: Float32Array;
      return {
        run: async () => {
          given = await executor.run(values, batch, 'values');
        },
        tolerance: TOLERANCES[precision],
        results: async () => {
          const reference = await (await findBackend('reference')).create(network, EXECUTOR_DEFAULTS);
          return { given, expected: await reference.run(values, batch, 'values') };
        },
      };
    },
  };
}

/** Every weight or nonzero multiplies once for each input of a batch, and is loaded once. */
function workOf({ nodes }: Network, precision: Precision, batch: number): Work {
  const count = nodes.reduce(
    (sum, node) => sum + (node.kind === 'dense' ? node.weights.length : node.coefficients.value.length),
    0,
  );
  const isDense = nodes.every(({ kind }) => kind === 'dense');
  const bytesPerWeight = isDense ? { float32: 4, int16: 2, int8: 1 }[precision] : 3;
  const loadedOnly = bytesPerWeight * count;
  const moved = 4 * batch * (INPUTS + OUTPUTS) + loadedOnly;
  if (isDense || batch === 1)
    return { products: { precision, count: count * batch }, bytes: moved, loadedOnly };
  // Of coefficients inputs lie side by side, and each nonzero loads those of the whole batch: 24 or 48 at a time.
  const perInput = precision === 'float32' ? 4 : 2;
  return {
    products: { precision, count: count * batch },
    bytes: moved + perInput * count * batch,
    loadedOnly: loadedOnly + perInput * count * batch,
    memory: 2 ** 17,
  };
}
