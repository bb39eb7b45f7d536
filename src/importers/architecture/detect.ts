import { WjpegError } from '../../errors.ts';
import type { Tensor } from '../../safetensors/tensor.ts';
import type { Architecture } from './description.ts';
import { importStateDict, type StateDictImport } from './import.ts';
import { withNamesOf } from './rename.ts';
import { ZOO } from './zoo/index.ts';

/** A network of the zoo that a state dict holds. */
export interface FittingArchitecture extends StateDictImport {
  readonly name: string;
}

/** The networks of the zoo whose tensors these are, by their names and shapes, as they are read. */
export function fittingArchitectures(tensors: ReadonlyMap<string, Tensor>): FittingArchitecture[] {
  return fitting(tensors, (architecture) => architecture);
}

/** The same, whatever names the tensors have: layers of each kind are taken one after another. */
export function fittingUnderOtherNames(tensors: ReadonlyMap<string, Tensor>): FittingArchitecture[] {
  return fitting(tensors, (architecture) => withNamesOf(architecture, tensors));
}

function fitting(
  tensors: ReadonlyMap<string, Tensor>,
  named: (architecture: Architecture) => Architecture,
): FittingArchitecture[] {
  return Object.entries(ZOO).flatMap(([name, { make }]) => {
    try {
      return [{ name, ...importStateDict(tensors, named(make())) }];
    } catch (error) {
      if (error instanceof WjpegError) return [];
      throw error;
    }
  });
}
