import { encode as encodePng } from 'fast-png';
import jpegJs from 'jpeg-js';
import { forwardDct8x8 } from '../../src/jpeg/dct/dct.ts';
import { encodeCoefficients, LUMINANCE_QUANTIZATION, scaledQuantization } from '../../src/jpeg/index.ts';
import { renderDigit } from './render.ts';

/** A picture of data/pictures, ready to be written. */
export interface SamplePicture {
  readonly name: string;
  /** The digit it shows. */
  readonly digit: number;
  /** For the table of provenance: what kind of file it is. */
  readonly description: string;
  readonly bytes: Uint8Array;
}

type Colour = readonly [red: number, green: number, blue: number];

const BLACK: Colour = [0, 0, 0];
const WHITE: Colour = [255, 255, 255];
const INK: Colour = [24, 32, 110];
const PAPER: Colour = [244, 240, 226];
const CHALK: Colour = [236, 240, 214];
const BOARD: Colour = [14, 36, 26];

/** All sample pictures. The same bytes every time. */
export function samplePictures(): SamplePicture[] {
  const plain = Array.from({ length: 10 }, (_, digit) => ({
    name: `digit-${digit}.png`,
    digit,
    description: 'PNG, grey, 28×28, light on dark, as in MNIST',
    bytes: greyPng(digit, WHITE, BLACK),
  }));
  return [
    ...plain,
    {
      name: 'digit-2-ink-97x131.png',
      digit: 2,
      description: 'PNG, RGB, 97×131, blue ink on paper',
      bytes: rgbPng(2, 97, 131, INK, PAPER),
    },
    {
      name: 'digit-3-grey.jpg',
      digit: 3,
      description: 'JPEG, grey, 28×28, light on dark; enters the network as coefficients',
      bytes: greyJpeg(3, 28, 28, 90),
    },
    {
      name: 'digit-4-transparent-120x120.png',
      digit: 4,
      description: 'PNG, RGBA, 120×120, black on nothing',
      bytes: transparentPng(4, 120, 120),
    },
    {
      name: 'digit-5-chalk.jpg',
      digit: 5,
      description: 'JPEG, YCbCr, 28×28, chalk on a green board; its luma enters the network as coefficients',
      bytes: colourJpeg(5, 28, 28, CHALK, BOARD, 90),
    },
    {
      name: 'digit-6-ink-144x128.jpg',
      digit: 6,
      description: 'JPEG, YCbCr, 144×128, blue ink on paper',
      bytes: colourJpeg(6, 144, 128, INK, PAPER, 75),
    },
    {
      name: 'digit-7-dark-on-light.png',
      digit: 7,
      description: 'PNG, grey, 28×28, dark on light',
      bytes: greyPng(7, BLACK, WHITE),
    },
  ];
}

function greyPng(digit: number, ink: Colour, background: Colour): Uint8Array {
  const [width, height] = [28, 28];
  const data = Uint8Array.from(renderDigit(digit, width, height), (amount) =>
    Math.round(mix(background[0], ink[0], amount)),
  );
  return encodePng({ width, height, data, depth: 8, channels: 1 });
}

function rgbPng(digit: number, width: number, height: number, ink: Colour, background: Colour): Uint8Array {
  const ratios = renderDigit(digit, width, height);
  const data = Uint8Array.from({ length: ratios.length * 3 }, (_, index) =>
    Math.round(mix(background[index % 3], ink[index % 3], ratios[Math.floor(index / 3)])),
  );
  return encodePng({ width, height, data, depth: 8, channels: 3 });
}

function transparentPng(digit: number, width: number, height: number): Uint8Array {
  const data = new Uint8Array(width * height * 4);
  renderDigit(digit, width, height).forEach((amount, pixel) => {
    data[pixel * 4 + 3] = Math.round(255 * amount);
  });
  return encodePng({ width, height, data, depth: 8, channels: 4 });
}

function colourJpeg(
  digit: number,
  width: number,
  height: number,
  ink: Colour,
  background: Colour,
  quality: number,
): Uint8Array {
  const data = new Uint8Array(width * height * 4).fill(255);
  renderDigit(digit, width, height).forEach((amount, pixel) => {
    for (let channel = 0; channel < 3; channel++) {
      data[pixel * 4 + channel] = Math.round(mix(background[channel], ink[channel], amount));
    }
  });
  return Uint8Array.from(jpegJs.encode({ width, height, data }, quality).data);
}

/** A grey JPEG by our own transform and encoder; the last row and column are repeated into the padding of the blocks. */
function greyJpeg(digit: number, width: number, height: number, quality: number): Uint8Array {
  const ink = renderDigit(digit, width, height);
  const quantization = scaledQuantization(LUMINANCE_QUANTIZATION, quality);
  const blocksPerRow = Math.ceil(width / 8);
  const blocksPerColumn = Math.ceil(height / 8);
  const coefficients = new Int16Array(blocksPerRow * blocksPerColumn * 64);
  const block = new Float64Array(64);
  for (let index = 0; index < blocksPerRow * blocksPerColumn; index++) {
    for (let k = 0; k < 64; k++) {
      const x = Math.min((index % blocksPerRow) * 8 + (k & 7), width - 1);
      const y = Math.min(Math.floor(index / blocksPerRow) * 8 + (k >> 3), height - 1);
      block[k] = Math.round(255 * ink[y * width + x]) - 128;
    }
    forwardDct8x8(block, block);
    for (let k = 0; k < 64; k++) coefficients[index * 64 + k] = Math.round(block[k] / quantization[k]);
  }
  const component = { id: 1, horizontalSampling: 1, verticalSampling: 1, quantization, coefficients };
  return encodeCoefficients({ width, height, components: [component] });
}

function mix(background: number, ink: number, amount: number): number {
  return background + (ink - background) * amount;
}
