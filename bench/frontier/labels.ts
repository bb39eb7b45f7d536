/** Places for labels beside the points of a plot, in pixels, so that none covers anything. */

export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** A label and the points that it may stand at, the best first. */
export interface LabelRequest {
  readonly text: string;
  readonly at: readonly Spot[];
}

export interface PlacedLabel {
  readonly text: string;
  /** Which of the points it stands at. */
  readonly index: number;
  /** Where its anchor is from there. */
  readonly dx: number;
  readonly dy: number;
  readonly anchor: 'start' | 'middle' | 'end';
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Of the font that the plot has. */
const LETTER_WIDTH = 6.6;
const LINE_HEIGHT = 14;
/** Of the largest symbol. */
const POINT_RADIUS = 7;
/** From a point to its label. */
const GAP = 10;

const SIDES = [
  { anchor: 'end', dx: -GAP, dy: 0 },
  { anchor: 'start', dx: GAP, dy: 0 },
  { anchor: 'middle', dx: 0, dy: -GAP - 6 },
  { anchor: 'middle', dx: 0, dy: GAP + 6 },
  { anchor: 'end', dx: -GAP, dy: -GAP - 4 },
  { anchor: 'start', dx: GAP, dy: -GAP - 4 },
  { anchor: 'end', dx: -GAP, dy: GAP + 4 },
  { anchor: 'start', dx: GAP, dy: GAP + 4 },
  { anchor: 'start', dx: 0, dy: -GAP - 16 },
  { anchor: 'start', dx: 0, dy: GAP + 16 },
] as const;

/** One place for each label: the first where it covers no obstacle and no other label, else where it covers least. */
export function placeLabels(
  requests: readonly LabelRequest[],
  obstacles: readonly Spot[],
  frame: Box,
): PlacedLabel[] {
  const taken = obstacles.map((spot) => boxAround(spot, POINT_RADIUS));
  return requests.map(({ text, at }) => {
    let best: { label: PlacedLabel; box: Box; covered: number } | undefined;
    at.forEach((spot, index) => {
      for (const side of SIDES) {
        const box = boxOf(text, spot, side);
        const covered = outside(box, frame) + taken.reduce((sum, other) => sum + overlap(box, other), 0);
        if (!best || covered < best.covered) best = { label: { text, index, ...side }, box, covered };
      }
    });
    const { label, box } = best as NonNullable<typeof best>;
    taken.push(box);
    return label;
  });
}

/** Spots along a line, close enough that no label fits between two of them. */
export function alongLine(points: readonly Spot[]): Spot[] {
  return points.slice(1).flatMap((end, index) => {
    const start = points[index];
    const steps = Math.ceil(Math.hypot(end.x - start.x, end.y - start.y) / 8);
    return Array.from({ length: steps }, (_, step) => ({
      x: start.x + ((end.x - start.x) * step) / steps,
      y: start.y + ((end.y - start.y) * step) / steps,
    }));
  });
}

function boxOf(text: string, spot: Spot, { anchor, dx, dy }: (typeof SIDES)[number]): Box {
  const width = text.length * LETTER_WIDTH;
  const left = spot.x + dx - (anchor === 'end' ? width : anchor === 'middle' ? width / 2 : 0);
  const top = spot.y + dy - LINE_HEIGHT / 2;
  return { left, top, right: left + width, bottom: top + LINE_HEIGHT };
}

function boxAround({ x, y }: Spot, radius: number): Box {
  return { left: x - radius, top: y - radius, right: x + radius, bottom: y + radius };
}

/** Area that two boxes share. */
function overlap(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return Math.max(0, width) * Math.max(0, height);
}

/** Area of a box beyond the frame; being cut is worse than covering. */
function outside(box: Box, frame: Box): number {
  const area = (box.right - box.left) * (box.bottom - box.top);
  return 10 * (area - overlap(box, frame));
}
