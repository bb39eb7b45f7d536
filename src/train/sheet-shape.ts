import type { TileGeometry } from '../jpeg/dct/tile-geometry.ts';
import { type KernelLayout, kernelPictureSize, visitKernels } from '../weights/kernel-picture.ts';

/** How the weights of a node lie on the picture that will hold them. */
export interface SheetShape {
  readonly name: string;
  /** O×I, or O×I×KH×KW. */
  readonly shape: readonly number[];
  /** `rows`: the picture of each neuron is a tile; the others as in files. */
  readonly layout: 'rows' | KernelLayout;
  /** Of `rows`. */
  readonly tile?: TileGeometry;
  /** Samples of the picture: of `rows` all tiles, one below the other. */
  readonly width: number;
  readonly height: number;
  readonly blocksDown: number;
  readonly blocksAcross: number;
}

/** A linear layer on a grey picture: one tile per neuron, one below the other. */
export function rowsSheet(name: string, shape: readonly number[], tile: TileGeometry): SheetShape {
  const { blocksPerColumn, blocksPerRow } = tile;
  return { ...ofBlocks(name, shape, blocksPerRow * 8, shape[0] * blocksPerColumn * 8), layout: 'rows', tile };
}

/** A matrix, or kernels as src/weights/kernel-picture.ts lays them out. */
export function matrixSheet(name: string, shape: readonly number[], layout: KernelLayout): SheetShape {
  const [outputs, inputs, height = 1, width = 1] = shape;
  const { rows, columns } = kernelPictureSize([outputs, inputs, height, width], layout);
  return { ...ofBlocks(name, shape, columns, rows), layout };
}

function ofBlocks(
  name: string,
  shape: readonly number[],
  width: number,
  height: number,
): Omit<SheetShape, 'layout'> {
  return {
    name,
    shape,
    width,
    height,
    blocksDown: Math.ceil(height / 8),
    blocksAcross: Math.ceil(width / 8),
  };
}

/** Where each weight stands in the sheet's samples, which are row-major and whole blocks. */
export function weightPlaces({ shape, layout, tile, width: columns, blocksAcross }: SheetShape): Int32Array {
  const [outputs, inputs, height = 1, width = 1] = shape;
  const line = blocksAcross * 8;
  const places = new Int32Array(outputs * inputs * height * width);
  if (tile) {
    const size = tile.blocksPerColumn * 8 * line;
    for (let i = 0; i < places.length; i++) {
      const row = Math.floor((i % inputs) / tile.width) + tile.y;
      places[i] = Math.floor(i / inputs) * size + row * line + (i % tile.width) + tile.x;
    }
    return places;
  }
  visitKernels([outputs, inputs, height, width], layout as KernelLayout, (kernel, picture) => {
    places[kernel] = Math.floor(picture / columns) * line + (picture % columns);
  });
  return places;
}
