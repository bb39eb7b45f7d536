import type { Page } from 'playwright-core';

/** A point as parts of the pad's side. */
type Point = readonly [x: number, y: number];

/** Draws on the trainer's pad by events sent inside the page, which takes milliseconds where a mouse takes seconds. */
export function drawStrokes(page: Page, strokes: readonly (readonly Point[])[]): Promise<void> {
  return page.evaluate((all) => {
    const canvas = document.getElementById('train-canvas') as HTMLCanvasElement;
    // Of a pointer that the browser does not know.
    canvas.setPointerCapture = () => {};
    const { left, top, width, height } = canvas.getBoundingClientRect();
    for (const points of all) {
      points.forEach(([x, y], i) => {
        const at = { clientX: left + x * width, clientY: top + y * height, pointerId: 9 };
        canvas.dispatchEvent(new PointerEvent(i === 0 ? 'pointerdown' : 'pointermove', at));
      });
      canvas.dispatchEvent(new PointerEvent('pointerup', { pointerId: 9 }));
    }
  }, strokes);
}
