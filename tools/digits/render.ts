import { DIGIT_STROKES, type Stroke } from './strokes.ts';

/** Half the width of the pen and the width of its soft edge, in units of the 20×20 box. */
const PEN_RADIUS = 1.15;
const SOFT_EDGE = 1.3;

/** Side of the field in which MNIST centres its 20×20 digits by their centre of mass. */
const FIELD = 28;

/** Points in each pixel's row and column at which ink is measured. */
const SUPERSAMPLING = 3;

interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * Draws a digit: width × height amounts of ink 0…1, row-major. The picture is as wide or as high
 * as MNIST's field of 28×28, whichever is more, and shows its middle part in the other direction: brought to 28×28 with
 * its aspect ratio kept, the digit has MNIST's size. Its centre of mass is in the middle.
 */
export function renderDigit(digit: number, width: number, height: number): Float64Array {
  return renderStrokes(DIGIT_STROKES[digit], width, height);
}

/** The same of any strokes in the box of 20×20. */
export function renderStrokes(strokes: readonly Stroke[], width: number, height: number): Float64Array {
  const path = strokes.flatMap(segments);
  const scale = Math.max(width, height) / FIELD;
  const centre = centreOfMass(path);
  const ink = new Float64Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let sub = 0; sub < SUPERSAMPLING ** 2; sub++) {
        const subX = x + ((sub % SUPERSAMPLING) + 0.5) / SUPERSAMPLING;
        const subY = y + (Math.floor(sub / SUPERSAMPLING) + 0.5) / SUPERSAMPLING;
        sum += inkAt(path, {
          x: (subX - width / 2) / scale + centre.x,
          y: (subY - height / 2) / scale + centre.y,
        });
      }
      ink[y * width + x] = sum / SUPERSAMPLING ** 2;
    }
  }
  return ink;
}

interface Segment {
  readonly from: Point;
  readonly to: Point;
}

/** A stroke as short straight segments: a Catmull-Rom spline through its points, ends doubled. */
function segments(stroke: Stroke): Segment[] {
  const stepsBetweenPoints = 10;
  const at = (index: number) => stroke[Math.min(Math.max(index, 0), stroke.length - 1)];
  const points: Point[] = [];
  for (let index = 0; index < stroke.length - 1; index++) {
    const [before, start, end, after] = [at(index - 1), at(index), at(index + 1), at(index + 2)];
    for (let step = 0; step < stepsBetweenPoints; step++) {
      const t = step / stepsBetweenPoints;
      const along = (axis: 0 | 1) =>
        0.5 *
        (2 * start[axis] +
          (end[axis] - before[axis]) * t +
          (2 * before[axis] - 5 * start[axis] + 4 * end[axis] - after[axis]) * t ** 2 +
          (3 * start[axis] - before[axis] - 3 * end[axis] + after[axis]) * t ** 3);
      points.push({ x: along(0), y: along(1) });
    }
  }
  const [x, y] = stroke[stroke.length - 1];
  points.push({ x, y });
  return points.slice(1).map((to, index) => ({ from: points[index], to }));
}

function inkAt(path: readonly Segment[], point: Point): number {
  let nearest = Infinity;
  for (const segment of path) nearest = Math.min(nearest, distance(segment, point));
  return Math.min(Math.max((PEN_RADIUS + SOFT_EDGE / 2 - nearest) / SOFT_EDGE, 0), 1);
}

function distance({ from, to }: Segment, { x, y }: Point): number {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const along = ((x - from.x) * dx + (y - from.y) * dy) / (dx * dx + dy * dy);
  const t = Math.min(Math.max(along, 0), 1);
  return Math.hypot(x - from.x - t * dx, y - from.y - t * dy);
}

/** Centre of mass of the ink, measured on a grid over the box and its surroundings. */
function centreOfMass(path: readonly Segment[]): Point {
  const step = 0.5;
  let mass = 0;
  let momentX = 0;
  let momentY = 0;
  for (let y = -4; y <= 24; y += step) {
    for (let x = -4; x <= 24; x += step) {
      const ink = inkAt(path, { x, y });
      mass += ink;
      momentX += ink * x;
      momentY += ink * y;
    }
  }
  return { x: momentX / mass, y: momentY / mass };
}
