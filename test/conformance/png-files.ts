import { chunk } from '../image/png-builder.ts';
import { CHANNELS, encodePng, type PngForm } from '../image/png-encoder.ts';
import { seededRandom } from '../jpeg/pictures.ts';

export interface PngFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Every colour type with every bit depth that it has (W3C PNG Table 12). */
export const KINDS: readonly (readonly [colourType: number, bitDepth: number])[] = [
  ...[1, 2, 4, 8, 16].map((bitDepth) => [0, bitDepth] as const),
  ...[1, 2, 4, 8].map((bitDepth) => [3, bitDepth] as const),
  ...[2, 4, 6].flatMap((colourType) => [8, 16].map((bitDepth) => [colourType, bitDepth] as const)),
];

const FILTERS: readonly (readonly [string, (row: number) => number])[] = [
  ...[0, 1, 2, 3, 4].map((type) => [`filter ${type}`, () => type] as const),
  ['filters by turns', (row) => (3 * row + 4) % 5],
];

/** A form with its samples, and the chunks before them. */
export class Recipe {
  private readonly form: PngForm;
  private readonly random: () => number;
  private readonly colours: number;

  /** `colours`: entries of the palette; indices may be beyond them. */
  constructor(form: PngForm, seed: number, colours: number = 2 ** form.bitDepth) {
    this.form = form;
    this.random = seededRandom(seed);
    this.colours = colours;
  }

  private below(end: number): number {
    return Math.floor(this.random() * end);
  }

  /** Samples that repeat, so that keyed colours are met and filters have something to do. */
  samples(): number[] {
    const { width, height, colourType, bitDepth } = this.form;
    const few = Array.from({ length: 3 }, () => this.below(2 ** bitDepth));
    return Array.from({ length: width * height * CHANNELS[colourType] }, () =>
      this.below(3) > 0 ? few[this.below(3)] : this.below(2 ** bitDepth),
    );
  }

  /** The file; with `transparent`, a tRNS of a pixel's colour, whose unused bits are set. */
  file({ transparent = false }: { transparent?: boolean } = {}, ...more: readonly Uint8Array[]): Uint8Array {
    const { colourType, bitDepth } = this.form;
    const samples = this.samples();
    const before = [...more];
    if (colourType === 3) {
      before.push(
        chunk(
          'PLTE',
          Array.from({ length: 3 * this.colours }, () => this.below(256)),
        ),
      );
      if (transparent) {
        const entries = 1 + this.below(this.colours);
        before.push(
          chunk(
            'tRNS',
            Array.from({ length: entries }, () => this.below(256)),
          ),
        );
      }
    } else if (transparent) {
      const pixel = samples.slice(0, CHANNELS[colourType]);
      const unused = 2 ** 16 - 2 ** bitDepth;
      before.push(
        chunk(
          'tRNS',
          pixel.flatMap((sample) => [(sample | unused) >> 8, (sample | unused) & 255]),
        ),
      );
    }
    return encodePng(this.form, samples, ...before);
  }
}

/** All kinds × interlacing × filters, with and without tRNS, and every size from 1×1 to 9×9. */
export function validFiles(): PngFile[] {
  const files: PngFile[] = [];
  let seed = 0;
  for (const [colourType, bitDepth] of KINDS) {
    for (const interlaced of [false, true]) {
      const add = (name: string, form: Partial<PngForm>, transparent: boolean, colours?: number) => {
        const whole = { width: 13, height: 11, colourType, bitDepth, interlaced, ...form };
        const title = `colour type ${colourType}, ${bitDepth} bits${interlaced ? ', interlaced' : ''}, ${name}`;
        files.push({ name: title, bytes: new Recipe(whole, ++seed, colours).file({ transparent }) });
      };
      const canBeTransparent = colourType < 4 ? [false, true] : [false];
      for (const transparent of canBeTransparent) {
        const suffix = transparent ? ', tRNS' : '';
        for (const [name, filter] of FILTERS) add(name + suffix, { filter }, transparent);
        add(`33×40${suffix}`, { width: 33, height: 40, filter: (row) => row % 5 }, transparent);
        for (let width = 1; width <= 9; width++) {
          for (let height = 1; height <= 9; height++) {
            const filter = (row: number) => (row + width + height) % 5;
            add(`${width}×${height}${suffix}`, { width, height, filter }, transparent);
          }
        }
      }
      // Chunks of one byte, and empty ones first, between and last.
      add('IDAT in pieces', { pieces: [0, 1, 0, 0, 7, 2] }, false);
      if (colourType === 3) add('a palette of too few colours', {}, true, Math.max(1, 2 ** bitDepth - 3));
    }
  }
  return files;
}
