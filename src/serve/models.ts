import type { WjzFile } from '../format/read.ts';
import { InferenceSession } from '../runtime/session.ts';
import type { ModelSignature } from './infer-request.ts';

/** A file to serve. */
export interface ModelFile {
  readonly name: string;
  readonly version: string;
  readonly file: WjzFile;
}

/** A model as requests name it. */
export interface ServedModel extends ModelSignature {
  readonly name: string;
  readonly version: string;
  /** Its place among the models of the threads. */
  readonly index: number;
  readonly labels: readonly string[];
  /** Outputs of the network, then what is made of them. */
  readonly outputs: readonly ServedOutput[];
}

export interface ServedOutput {
  readonly name: string;
  readonly datatype: 'FP32' | 'BYTES';
  /** Without the batch. */
  readonly shape: readonly number[];
  /** Another name for it that requests may use: that in the file. */
  readonly alias?: string;
  /** What of a classifier's logits it is; absent: an output of the network. */
  readonly made?: 'probabilities' | 'label';
}

/** Describes a model: what it takes and gives. */
export async function describeModel({ name, version, file }: ModelFile, index: number): Promise<ServedModel> {
  const session = await InferenceSession.fromFile(file);
  const fixed = (shape: readonly ('batch' | number)[]): number[] => shape.slice(1) as number[];
  const outputs = session.outputMetadata.map(({ name, shape }, index): ServedOutput => {
    const alias = file.manifest.outputs?.[index];
    return {
      name,
      datatype: 'FP32',
      shape: fixed(shape),
      ...(alias !== undefined && alias !== name && { alias }),
    };
  });
  const isClassifier = outputs.length === 1 && outputs[0].shape.length === 1;
  const [input] = session.inputMetadata;
  const described: ServedModel = {
    name,
    version,
    index,
    labels: session.labels,
    input: input.name,
    shape: fixed(input.shape),
    takesPictures: session.input.kind === 'image',
    outputs: isClassifier
      ? [
          ...outputs,
          { name: 'probabilities', datatype: 'FP32', shape: outputs[0].shape, made: 'probabilities' },
          { name: 'label', datatype: 'BYTES', shape: [], made: 'label' },
        ]
      : outputs,
  };
  session.dispose();
  return described;
}

/** Models by name and version. A name alone means the last version that was given. */
export class Models {
  readonly #byName = new Map<string, Map<string, ServedModel>>();

  constructor(models: readonly ServedModel[]) {
    for (const model of models) {
      const versions = this.#byName.get(model.name) ?? new Map<string, ServedModel>();
      versions.set(model.version, model);
      this.#byName.set(model.name, versions);
    }
  }

  find(name: string, version?: string): ServedModel | undefined {
    const versions = this.#byName.get(name);
    return version === undefined ? [...(versions?.values() ?? [])].at(-1) : versions?.get(version);
  }

  versions(name: string): string[] {
    return [...(this.#byName.get(name)?.keys() ?? [])];
  }
}
