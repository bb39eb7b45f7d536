import { risksAccuracy } from '../../src/compress/fidelity.ts';
import { type CompressJob, compressOnce, fileAccuracy, uncompressed } from '../../src/compress/trial.ts';
import type { LabelledPictures } from '../../src/image/labelled-pictures.ts';
import type { Subject } from './networks.ts';

/** How a network is stored; neither: the default of `wjpeg compress`. */
export interface Setting {
  readonly quality?: number;
  readonly maxError?: number;
}

/** One network, stored in one way. */
export interface Row {
  readonly name: string;
  readonly sizes: string;
  readonly data: string;
  readonly setting: Setting;
  /** Of the network as float32, and of the `.wjz`. */
  readonly denseBytes: number;
  readonly bytes: number;
  /** Accuracy on the test pictures, 0…1. */
  readonly before: number;
  readonly after: number;
  /** Largest relative error of a layer's weights. */
  readonly worstLayer: number;
  /** On probe inputs: fraction of equal answers, and relative error of the outputs. */
  readonly agreement: number;
  readonly outputError: number;
  /** Whether `wjpeg compress` warns when it is given no pictures. */
  readonly warned: boolean;
}

/** Compresses a network as `wjpeg compress --input 28x28` does, and measures the file. Test pictures decide nothing. */
export class SubjectMeasure {
  readonly #subject: Subject;
  readonly #job: CompressJob;
  readonly #validation: LabelledPictures;
  #before: number | undefined;

  constructor(subject: Subject, validation: LabelledPictures) {
    this.#subject = subject;
    this.#validation = validation;
    const { network, input } = subject;
    this.#job = {
      network,
      options: { input, layout: 'auto', map: 'min-max', scope: 'layer', layers: 'auto', rest: 'F16' },
    };
  }

  async row(setting: Setting): Promise<Row> {
    const { name, sizes, data } = this.#subject;
    const { network, options } = this.#job;
    const compressed = await compressOnce({ network, options: { ...options, ...setting } }, setting.quality);
    const { layers, denseBytes, fidelity } = compressed.result;
    this.#before ??= await fileAccuracy(await uncompressed(this.#job), this.#validation);
    return {
      name,
      sizes,
      data,
      setting,
      denseBytes,
      bytes: compressed.bytes,
      before: this.#before,
      after: await fileAccuracy(compressed.file, this.#validation),
      worstLayer: Math.max(...layers.map(({ relativeError }) => relativeError)),
      agreement: fidelity.agreement,
      outputError: fidelity.relativeError,
      warned: risksAccuracy(fidelity),
    };
  }
}
