import { formatBytes } from '../src/text/numbers.ts';
import type { Listed } from './listed.ts';

const SVG = 'http://www.w3.org/2000/svg';
/** Height of the picture in CSS pixels; its width is the page's. */
const HEIGHT = 176;
const [TOP, BOTTOM] = [26, HEIGHT - 24];
/** Parts of the width, in percent. */
const [LEFT, RIGHT] = [9, 97];

/** Test error over bytes, a point a model, and the same as a table. */
export class FrontierPlot {
  readonly #picture: SVGElement;
  readonly #rows: HTMLElement;
  #points: readonly SVGElement[] = [];
  #labels: readonly SVGElement[] = [];

  /** `rows`: the table's body. `onChoose` gets the index of the model that was pressed, or was nearest to a press. */
  constructor(picture: SVGElement, rows: HTMLElement, onChoose: (index: number) => void) {
    this.#picture = picture;
    this.#rows = rows;
    // Points are smaller than a finger, and some near one another.
    picture.addEventListener('click', ({ clientX, clientY }) => {
      const distances = this.#points.map((point) => {
        const { left, top, width, height } = point.getBoundingClientRect();
        return Math.hypot(left + width / 2 - clientX, top + height / 2 - clientY);
      });
      if (distances.length > 0) onChoose(distances.indexOf(Math.min(...distances)));
    });
  }

  /** Draws the models, of which there is at least one. */
  show(models: readonly Listed[]): void {
    const [x, y] = scales(models);
    // Every third, so that their bytes do not meet; the slider below stands under the same places.
    const ticks = models.flatMap(({ bytes }, index) => (index % 3 === 0 ? [{ bytes, index }] : []));
    const errors = Array.from({ length: Math.ceil(max(models)) + 1 }, (_, percent) => percent);
    this.#points = models.map(({ error }, index) =>
      svg('circle', { cx: `${x(index)}%`, cy: y(error), r: 5 }),
    );
    this.#labels = models.map(({ error }, index) =>
      svg(
        'text',
        {
          class: 'chosen',
          x: `${x(index)}%`,
          y: y(error) - 13,
          'text-anchor': x(index) > 80 ? 'end' : x(index) < 20 ? 'start' : 'middle',
          visibility: 'hidden',
        },
        `${error.toFixed(2)}%`,
      ),
    );
    this.#picture.replaceChildren(
      svg('text', { x: 0, y: 10 }, 'test error; from the smallest file to the largest'),
      ...errors.flatMap((error) => [
        svg('line', { x1: `${LEFT}%`, x2: '100%', y1: y(error), y2: y(error) }),
        svg('text', { x: 0, y: y(error) + 4 }, `${error}%`),
      ]),
      ...ticks.map(({ bytes, index }) =>
        svg(
          'text',
          { x: `${x(index)}%`, y: HEIGHT - 4, 'text-anchor': 'middle' },
          formatBytes(bytes).replace('.0', ''),
        ),
      ),
      ...this.#points,
      ...this.#labels,
    );
    this.#rows.replaceChildren(...models.map(row));
  }

  /** Marks the model that is chosen. */
  mark(chosen: number): void {
    this.#points.forEach((point, index) => {
      point.toggleAttribute('data-chosen', index === chosen);
      point.setAttribute('r', index === chosen ? '8' : '5');
    });
    this.#labels.forEach((label, index) => {
      label.setAttribute('visibility', index === chosen ? 'visible' : 'hidden');
    });
    [...this.#rows.children].forEach((line, index) => {
      if (index === chosen) line.setAttribute('aria-current', 'true');
      else line.removeAttribute('aria-current');
    });
  }
}

function max(models: readonly Listed[]): number {
  return Math.max(...models.map(({ error }) => error));
}

/** Where the models lie across, in percent of the width, and where percents of error lie, in pixels. */
function scales(models: readonly Listed[]): [x: (index: number) => number, y: (error: number) => number] {
  const margin = (RIGHT - LEFT) * 0.03;
  const width = RIGHT - LEFT - 2 * margin;
  const ceiling = Math.ceil(max(models));
  return [
    (index) => LEFT + margin + (index / Math.max(1, models.length - 1)) * width,
    (error) => BOTTOM - (error / ceiling) * (BOTTOM - TOP),
  ];
}

function row({ bytes, error, net, how }: Listed): HTMLElement {
  const line = document.createElement('tr');
  for (const text of [formatBytes(bytes), `${error.toFixed(2)}%`, net, how]) {
    const cell = document.createElement('td');
    cell.textContent = text;
    line.append(cell);
  }
  return line;
}

function svg(name: string, attributes: Readonly<Record<string, string | number>>, text = ''): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.textContent = text;
  return element;
}
