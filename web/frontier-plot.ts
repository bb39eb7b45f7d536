import { formatBytes } from '../src/text/numbers.ts';
import type { Listed } from './models.ts';

const SVG = 'http://www.w3.org/2000/svg';
/** Height of the picture in CSS pixels; its width is the page's. */
const HEIGHT = 176;
const [TOP, BOTTOM] = [26, HEIGHT - 24];
/** Parts of the width, in percent. */
const [LEFT, RIGHT] = [9, 97];
const TICKS = [1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];

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
    const ticks = TICKS.filter((bytes) => x(bytes) >= LEFT && x(bytes) <= RIGHT);
    const errors = Array.from({ length: Math.ceil(max(models)) + 1 }, (_, percent) => percent);
    this.#points = models.map(({ bytes, error }) =>
      svg('circle', { cx: `${x(bytes)}%`, cy: y(error), r: 5 }),
    );
    this.#labels = models.map(({ bytes, error }) =>
      svg(
        'text',
        {
          class: 'chosen',
          x: `${x(bytes)}%`,
          y: y(error) - 13,
          'text-anchor': x(bytes) > 80 ? 'end' : x(bytes) < 20 ? 'start' : 'middle',
          visibility: 'hidden',
        },
        `${error.toFixed(2)}%`,
      ),
    );
    this.#picture.replaceChildren(
      svg('text', { x: 0, y: 10 }, 'test error, over bytes of the file'),
      ...errors.flatMap((error) => [
        svg('line', { x1: `${LEFT}%`, x2: '100%', y1: y(error), y2: y(error) }),
        svg('text', { x: 0, y: y(error) + 4 }, `${error}%`),
      ]),
      ...ticks.map((bytes) =>
        svg(
          'text',
          { x: `${x(bytes)}%`, y: HEIGHT - 4, 'text-anchor': 'middle' },
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

/** Where bytes lie, in percent of the width on a logarithmic scale, and where percents of error lie, in pixels. */
function scales(models: readonly Listed[]): [x: (bytes: number) => number, y: (error: number) => number] {
  const logs = models.map(({ bytes }) => Math.log(bytes));
  const min = Math.min(...logs);
  const span = Math.max(...logs) - min || 1;
  const margin = (RIGHT - LEFT) * 0.03;
  const width = RIGHT - LEFT - 2 * margin;
  const ceiling = Math.ceil(max(models));
  return [
    (bytes) => LEFT + margin + ((Math.log(bytes) - min) / span) * width,
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
