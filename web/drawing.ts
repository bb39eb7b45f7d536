import type { DecodedPicture } from '../src/image/picture.ts';

/** Side of the pad's own picture. */
const SIDE = 280;
/** A stroke of MNIST is 2 to 3 pixels of 28 wide. */
const STROKE = 22;
/** How far an arrow key moves the pen. */
const STEP = 8;

/** A place on the pad. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

const MOVES: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -STEP, y: 0 },
  ArrowRight: { x: STEP, y: 0 },
  ArrowUp: { x: 0, y: -STEP },
  ArrowDown: { x: 0, y: STEP },
};

/** Where the keyboard's pen begins: the top of a digit. */
const START: Point = { x: SIDE / 2, y: SIDE / 4 };

/** A pad to draw on with mouse, finger, pen or keys. Ink is white on nothing. */
export class DrawingPad {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #cursor: HTMLElement;
  readonly #onChange: () => void;
  #last: Point | undefined;
  #pen = START;
  #penDown = false;
  /** Whether the next stroke takes the place of what is shown: a photograph, from which strokes would not stand out, or the example. */
  #isReplaced = false;
  isEmpty = true;

  /** `cursor`: shows where the keyboard's pen is. */
  constructor(canvas: HTMLCanvasElement, cursor: HTMLElement, onChange: () => void) {
    this.#canvas = canvas;
    this.#cursor = cursor;
    this.#onChange = onChange;
    canvas.width = SIDE;
    canvas.height = SIDE;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('no 2D canvas here');
    this.#context = context;
    context.lineWidth = STROKE;
    context.lineCap = 'round';
    context.lineJoin = 'round';
    context.strokeStyle = '#fff';
    canvas.addEventListener('pointerdown', (event) => this.#start(event));
    canvas.addEventListener('pointermove', (event) => this.#move(event));
    for (const name of ['pointerup', 'pointercancel'] as const) {
      canvas.addEventListener(name, () => {
        this.#last = undefined;
      });
    }
    canvas.addEventListener('keydown', (event) => this.#key(event));
    this.#showPen();
  }

  /** The drawing as a transparent PNG of the canvas would have it. */
  get picture(): DecodedPicture {
    const { data } = this.#context.getImageData(0, 0, SIDE, SIDE);
    const luma = new Float32Array(SIDE * SIDE).fill(255);
    const alpha = luma.map((_, pixel) => data[4 * pixel + 3] / 255);
    return { format: 'pixels', width: SIDE, height: SIDE, luma, alpha };
  }

  clear(): void {
    this.wipe();
    this.#onChange();
  }

  /** Clears it as something else is shown at the same time. */
  wipe(): void {
    this.#context.clearRect(0, 0, SIDE, SIDE);
    this.isEmpty = true;
    this.#isReplaced = false;
    this.#penDown = false;
    this.#pen = START;
    this.#showPen();
  }

  /** Shows a picture, 0 dark … 255 light, without taking it for a drawing. */
  show(samples: Float32Array, width: number, height: number): void {
    const image = new ImageData(width, height);
    samples.forEach((sample, i) => {
      image.data.fill(255, 4 * i, 4 * i + 3);
      image.data[4 * i + 3] = sample;
    });
    this.#put(image);
  }

  /** Shows a picture in its colours; the next stroke takes its place. */
  showPhotograph(image: ImageData): void {
    this.#put(image);
    this.#isReplaced = true;
  }

  /** Draws a line through points, parts of the pad's side, as an example; the next stroke takes its place. */
  demonstrate(points: readonly Point[]): void {
    const at = ({ x, y }: Point): Point => ({ x: x * SIDE, y: y * SIDE });
    points.slice(1).forEach((to, index) => {
      this.#ink(at(points[index]), at(to));
    });
    this.#isReplaced = true;
    this.#onChange();
  }

  #put(image: ImageData): void {
    const { width, height } = image;
    const small = document.createElement('canvas');
    small.width = width;
    small.height = height;
    (small.getContext('2d') as CanvasRenderingContext2D).putImageData(image, 0, 0);
    this.#context.clearRect(0, 0, SIDE, SIDE);
    this.#isReplaced = false;
    this.#context.imageSmoothingEnabled = false;
    const scale = SIDE / Math.max(width, height);
    const [w, h] = [width * scale, height * scale];
    this.#context.drawImage(small, (SIDE - w) / 2, (SIDE - h) / 2, w, h);
    this.isEmpty = false;
  }

  #start(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.#canvas.setPointerCapture(event.pointerId);
    this.#last = this.#at(event);
    this.#line(this.#last, this.#last);
  }

  #move(event: PointerEvent): void {
    if (this.#last === undefined) return;
    // A fast stroke has more points than events.
    const events = event.getCoalescedEvents?.() ?? [];
    for (const part of events.length > 0 ? events : [event]) {
      const to = this.#at(part);
      this.#line(this.#last, to);
      this.#last = to;
    }
  }

  #at(event: PointerEvent): Point {
    const box = this.#canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) * SIDE) / box.width,
      y: ((event.clientY - box.top) * SIDE) / box.height,
    };
  }

  #line(from: Point, to: Point): void {
    if (this.#isReplaced) this.#context.clearRect(0, 0, SIDE, SIDE);
    this.#isReplaced = false;
    this.#ink(from, to);
    this.#onChange();
  }

  #ink(from: Point, to: Point): void {
    this.#context.beginPath();
    this.#context.moveTo(from.x, from.y);
    this.#context.lineTo(to.x, to.y);
    this.#context.stroke();
    this.isEmpty = false;
  }

  #key(event: KeyboardEvent): void {
    const move = MOVES[event.key];
    if (move) {
      const from = this.#pen;
      const inside = (value: number): number => Math.min(SIDE - STROKE, Math.max(STROKE, value));
      this.#pen = { x: inside(from.x + move.x), y: inside(from.y + move.y) };
      if (this.#penDown) this.#line(from, this.#pen);
    } else if (event.key === ' ' || event.key === 'Enter') {
      this.#penDown = !this.#penDown;
      if (this.#penDown) this.#line(this.#pen, this.#pen);
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      this.clear();
    } else {
      return;
    }
    event.preventDefault();
    this.#showPen();
  }

  #showPen(): void {
    this.#cursor.style.left = `${(this.#pen.x / SIDE) * 100}%`;
    this.#cursor.style.top = `${(this.#pen.y / SIDE) * 100}%`;
    this.#cursor.toggleAttribute('data-down', this.#penDown);
  }
}
