import type { WjzFile } from '../src/format/reading.ts';
import type { PreparedInput } from '../src/image/prepared.ts';
import { EXECUTOR_DEFAULTS, type Executor } from '../src/runtime/backends/backend.ts';
import { preferredBackend } from '../src/runtime/backends/choose.ts';
import type { Path } from '../src/runtime/path.ts';
import { chainNetwork } from '../src/runtime/ready-network.ts';
import { pause } from './pause.ts';

/** The first layer of a chain alone, for its neurons. It is decoded when it is asked first: most models never are. */
export class FirstLayer {
  readonly #file: WjzFile;
  readonly #path: Path;
  readonly #dense: Uint8Array | undefined;
  #executor: Promise<Executor> | undefined;

  /** `dense`: the original weights, for the `dense` path. */
  constructor(file: WjzFile, path: Path, dense?: Uint8Array) {
    this.#file = file;
    this.#path = path;
    this.#dense = dense;
  }

  /** What each neuron says to an input. */
  async run(input: PreparedInput): Promise<Float32Array> {
    this.#executor ??= this.#create();
    const executor = await this.#executor;
    return input.kind === 'coefficients'
      ? executor.run(input.coefficients, 1, 'coefficients')
      : executor.run(input.values, 1, 'values');
  }

  dispose(): void {
    // What it could not be made for was told to who asked.
    this.#executor?.then((executor) => executor.dispose()).catch(() => {});
  }

  /** A network cut after its first layer. */
  async #create(): Promise<Executor> {
    await pause();
    const source = this.#dense ? { dense: this.#dense } : {};
    const [first] = (await chainNetwork(this.#file, this.#path, source)).nodes;
    return (await preferredBackend('auto')).backend.create({ nodes: [first] }, EXECUTOR_DEFAULTS);
  }
}
