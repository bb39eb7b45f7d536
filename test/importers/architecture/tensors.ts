import { fromFloat32 } from '../../../src/safetensors/from-float32.ts';
import type { Tensor } from '../../../src/safetensors/tensor.ts';
import { seededValues } from '../../operators/case.ts';

/** A tensor of numbers that look random; variances are positive. */
export function seeded(name: string, shape: readonly number[], seed: number): Tensor {
  const count = shape.reduce((product, extent) => product * extent, 1);
  const values = seededValues(count, seed + 1);
  const isVariance = /running_var|moving_variance/.test(name);
  return fromFloat32(isVariance ? values.map((value) => Math.abs(value) + 0.5) : values, shape, 'F32');
}

/** A state dict of tensors of these shapes. */
export function stateDict(shapes: Readonly<Record<string, readonly number[]>>): Map<string, Tensor> {
  return new Map(
    Object.entries(shapes).map(([name, shape], index) => [name, seeded(name, shape, index)] as const),
  );
}

/** The tensors of a batch normalisation as PyTorch names them. */
export function norm(name: string, channels: number): Record<string, readonly number[]> {
  return Object.fromEntries(
    ['weight', 'bias', 'running_mean', 'running_var'].map((part) => [`${name}.${part}`, [channels]]),
  );
}

/** The shapes of LeNet-5 under names of one's own. */
export function leNetShapes(
  names: readonly string[] = ['conv1', 'conv2', 'fc1', 'fc2', 'fc3'],
): Record<string, readonly number[]> {
  const shapes = [
    [6, 1, 5, 5],
    [16, 6, 5, 5],
    [120, 400],
    [84, 120],
    [10, 84],
  ];
  return Object.fromEntries(
    shapes.flatMap((shape, index) => [
      [`${names[index]}.weight`, shape],
      [`${names[index]}.bias`, [shape[0]]],
    ]),
  );
}
