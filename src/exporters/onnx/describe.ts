import type { ImageInputSpec, InputSpec, Manifest } from '../../format/manifest.ts';
import { outputNames } from '../../runtime/graph/output-names.ts';
import type { Description } from './graph.ts';

/** What an ONNX file keeps of a manifest: the name, how inputs are prepared, labels, description and licence. */
export function describeManifest(manifest: Manifest): Description {
  const { name = 'network', description, license, labels, input } = manifest;
  const [first] = outputNames(manifest);
  const labelled = labels && `The labels of ${first ? `'${first}'` : 'the output'} are in the metadata.`;
  return {
    name,
    text: [description, preparation(input), labelled].filter(Boolean).join(' '),
    metadata: {
      ...(description !== undefined && { description }),
      ...(license !== undefined && { license }),
      input: JSON.stringify(input),
      ...(labels && { labels: JSON.stringify(labels) }),
    },
  };
}

/** How a picture becomes the network's input; '' for a vector. */
export function preparation(input: InputSpec): string {
  if (input.kind === 'vector') return '';
  const { channels, height, width, mean, std } = input;
  const what = channels === 3 ? 'red, green and blue, one plane after another' : 'grey';
  return `The input is a ${width}×${height} picture, ${channels}×${height}×${width} (${what}): ${normalization({ mean, std })}.`;
}

/** `(sample ÷ 255 − 0.5) ÷ 0.5`, in as few words as it takes; samples are 0…255. */
export function normalization({ mean, std }: Pick<ImageInputSpec, 'mean' | 'std'>): string {
  const isRaw = [std].flat().every((value) => Math.abs(255 * value - 1) < 1e-6);
  const shown = (value: number | readonly number[], factor = 1): string => {
    const numbers = [value].flat().map((one) => String(Number((factor * one).toPrecision(6))));
    return typeof value === 'number' ? numbers[0] : `[${numbers.join(', ')}]`;
  };
  if (isRaw) return mean === 0 ? 'sample' : `sample − ${shown(mean, 255)}`;
  const shifted = mean === 0 ? 'sample ÷ 255' : `(sample ÷ 255 − ${shown(mean)})`;
  return std === 1 ? shifted : `${shifted} ÷ ${shown(std)}`;
}
