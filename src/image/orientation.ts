import type { Orientation } from '../jpeg/lenient/exif-orientation.ts';

/**
 * An orientation of Exif as steps from the stored picture to the upright one: exchange rows and columns, then mirror
 * left and right, then top and bottom.
 */
export interface Turn {
  readonly transpose: boolean;
  readonly mirrorX: boolean;
  readonly mirrorY: boolean;
}

const TURNS: Record<Orientation, Turn> = {
  1: { transpose: false, mirrorX: false, mirrorY: false },
  2: { transpose: false, mirrorX: true, mirrorY: false },
  3: { transpose: false, mirrorX: true, mirrorY: true },
  4: { transpose: false, mirrorX: false, mirrorY: true },
  5: { transpose: true, mirrorX: false, mirrorY: false },
  6: { transpose: true, mirrorX: true, mirrorY: false },
  7: { transpose: true, mirrorX: true, mirrorY: true },
  8: { transpose: true, mirrorX: false, mirrorY: true },
};

export function turnOf(orientation: Orientation): Turn {
  return TURNS[orientation];
}

/** The upright size of a stored picture. */
export function turnedSize(
  { width, height }: { readonly width: number; readonly height: number },
  { transpose }: Turn,
): { width: number; height: number } {
  return transpose ? { width: height, height: width } : { width, height };
}

/** Where stored pixels lie in the upright picture: (x, y) at `origin + x · stepX + y · stepY`. */
export interface TurnedPlaces {
  readonly origin: number;
  readonly stepX: number;
  readonly stepY: number;
}

/** For a stored picture of this size. */
export function turnedPlaces(
  size: { readonly width: number; readonly height: number },
  turn: Turn,
): TurnedPlaces {
  const { width, height } = turnedSize(size, turn);
  const right = turn.mirrorX ? -1 : 1;
  const down = turn.mirrorY ? -width : width;
  const origin = (turn.mirrorX ? width - 1 : 0) + (turn.mirrorY ? (height - 1) * width : 0);
  return turn.transpose ? { origin, stepX: down, stepY: right } : { origin, stepX: right, stepY: down };
}
