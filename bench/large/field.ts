import { join } from 'node:path';
import { writeFileAtomic } from '../../src/node/files.ts';
import type { BackendName, MemoryMode, Precision } from '../../src/runtime/backends/backend.ts';
import { loadNetwork } from '../../src/runtime/load-network.ts';
import type { Path } from '../../src/runtime/path.ts';
import { type DenseNetwork, denseNodes } from '../../src/weights/dense-network.ts';
import type { Network } from '../../src/weights/network.ts';
import { encodeFloats } from '../frontier/float-file.ts';
import { type Entrant, TOLERANCE } from '../subjects/section.ts';
import type { WjpegSpec } from '../subjects/subject.ts';
import type { StoredNetwork } from './networks.ts';

/** One of our paths on one network. */
export interface LargeEntrant extends Entrant {
  readonly spec: WjpegSpec;
  /** Absent where it does not matter: `dense` and `matrix` multiply the same number of weights at any quality. */
  readonly stored?: Pick<StoredNetwork, 'quality' | 'bitsPerWeight' | 'density'>;
}

export interface FieldOptions {
  readonly folder: string;
  readonly backend: BackendName;
  readonly memory: readonly MemoryMode[];
  readonly threads: number;
}

/** All paths on a network: coefficients at every quality in every precision, other memory modes at the middle one. */
export async function largeField(
  network: DenseNetwork,
  stored: readonly StoredNetwork[],
  { folder, backend, memory, threads }: FieldOptions,
): Promise<LargeEntrant[]> {
  const dense = join(folder, 'dense.safetensors');
  await writeFileAtomic(dense, encodeFloats(network, 'F32'));
  const models: string[] = [];
  for (const { quality, bytes } of stored) {
    const model = join(folder, `quality-${quality}.wjz`);
    await writeFileAtomic(model, bytes);
    models.push(model);
  }
  const plain = (path: Path, exact: Network, precision: 'float32' | 'int8' = 'float32'): LargeEntrant => ({
    name: precision === 'float32' ? path : `${path}, ${precision}`,
    spec: {
      ...{ who: 'wjpeg', model: models[0], backend, path, threads },
      ...{ precision, memory: 'speed' },
      ...(path === 'dense' && { dense }),
    },
    network: exact,
    tolerance: TOLERANCE[precision],
  });
  const coefficients = stored.flatMap((one, index) => {
    const exact = loadNetwork(one.file, 'coefficient');
    const { quality, bitsPerWeight, density } = one;
    // What the other modes save shows at one quality as well as at three, and some take their time.
    const modes = memory.filter((mode) => mode === 'speed' || index === stored.length >> 1);
    return modes.flatMap((mode) =>
      precisionsOf(mode).map(
        (precision): LargeEntrant => ({
          name: `${bitsPerWeight.toFixed(1)} bits, ${precision}, ${mode}`,
          spec: {
            who: 'wjpeg',
            model: models[index],
            backend,
            path: 'coefficient',
            precision,
            memory: mode,
            threads,
          },
          stored: { quality, bitsPerWeight, density },
          network: exact,
          tolerance: TOLERANCE[precision],
        }),
      ),
    );
  });
  return [
    plain('dense', denseNodes(network)),
    plain('dense', denseNodes(network), 'int8'),
    plain('expanded', loadNetwork(stored[0].file, 'expanded')),
    ...coefficients,
  ];
}

/** Bytes are another form of the weights; the other modes keep these coefficients. */
function precisionsOf(mode: MemoryMode): readonly Precision[] {
  return mode === 'speed' ? ['float32', 'int16', 'int8'] : ['float32', 'int16'];
}
