import { libjpeg, libjpegWithScans } from './libjpeg-tools.ts';
import { netpbm, picture } from './pictures.ts';

/** One way of making a JPEG with cjpeg. */
export interface Variant {
  readonly width?: number;
  readonly height?: number;
  readonly channels?: 1 | 3;
  readonly options: string;
  /** A scan script (libjpeg's wizard.txt). */
  readonly scans?: string;
}

export const GREY: readonly Variant[] = [
  ...[1, 5, 10, 20, 50, 75, 90, 95, 100].map((quality) => ({ options: `-quality ${quality}` })),
  { options: '-quality 3 -baseline' },
  { options: '-optimize' },
  { options: '-restart 1' },
  { options: '-restart 3B' },
  { options: '-restart 1B -optimize' },
  { options: '-progressive' },
  { options: '-progressive -restart 2B' },
  { options: '-progressive -quality 100' },
  { options: '-progressive -quality 2' },
  {
    options: '',
    scans:
      '0: 0-0, 0, 3; 0: 0-0, 3, 2; 0: 1-63, 0, 2; 0: 0-0, 2, 1; 0: 1-63, 2, 1; 0: 0-0, 1, 0; 0: 1-63, 1, 0;',
  },
  {
    options: '-quality 95',
    scans:
      '0: 0-0, 0, 0; 0: 1-1, 0, 5; 0: 2-63, 0, 0; 0: 1-1, 5, 4; 0: 1-1, 4, 3; 0: 1-1, 3, 2; 0: 1-1, 2, 1; 0: 1-1, 1, 0;',
  },
  {
    options: '-quality 90 -restart 5B',
    scans:
      '0: 0-0, 0, 1; 0: 1-9, 0, 3; 0: 10-63, 0, 3; 0: 1-63, 3, 2; 0: 1-63, 2, 1; 0: 1-63, 1, 0; 0: 0-0, 1, 0;',
  },
  ...[
    [1, 1],
    [7, 9],
    [8, 8],
    [9, 8],
    [17, 33],
    [129, 3],
  ].flatMap(([width, height]) => [
    { width, height, options: '' },
    { width, height, options: '-progressive' },
  ]),
  // More than 64 columns of flat blocks: end-of-band runs over many blocks.
  { width: 700, height: 90, options: '-progressive -quality 5' },
];

export const COLOUR: readonly Variant[] = [
  ...[
    '1x1',
    '2x1',
    '1x2',
    '2x2',
    '4x1',
    '1x4',
    '4x2',
    '3x1',
    '3x2',
    '2x2,1x2,2x1',
    '1x1,2x2,1x1',
    '2x2,2x1,1x1',
  ].flatMap((sample) => [
    { options: `-sample ${sample}` },
    { options: `-sample ${sample} -progressive`, width: 49, height: 35 },
    { options: `-sample ${sample} -restart 2B`, width: 65, height: 34 },
  ]),
  { options: '-rgb' },
  { options: '-quality 1' },
  { options: '-quality 100 -sample 1x1' },
  { options: '-sample 2x2', scans: '0; 1; 2;', width: 41, height: 43 },
  { options: '-sample 2x2', scans: '0; 1 2;', width: 41, height: 43 },
  { options: '-sample 2x1 -restart 3B', scans: '0 1; 2;', width: 41, height: 43 },
  { options: '-progressive -restart 1 -quality 90' },
  {
    options: '-sample 2x2',
    scans:
      '0 1: 0-0, 0, 1; 2: 0-0, 0, 1; 1: 1-63, 0, 1; 0: 1-63, 0, 0; 2: 1-63, 0, 0; 1 2: 0-0, 1, 0; 0: 0-0, 1, 0; 1: 1-63, 1, 0;',
  },
  { width: 1, height: 1, options: '-sample 2x2' },
  { width: 1, height: 1, options: '-sample 2x2 -progressive' },
].map((variant) => ({ channels: 3, ...variant }));

/** For the name of a test. */
export function name({ width = 60, height = 45, channels = 1, options, scans }: Variant): string {
  return `${channels === 1 ? 'grey' : 'colour'} ${width}×${height} ${options}${scans === undefined ? '' : ` scans ${scans}`}`;
}

/** The JPEG that cjpeg makes of a seeded picture. */
export function make({ width = 60, height = 45, channels = 1, options, scans }: Variant): Uint8Array {
  const source = netpbm(width, height, channels, picture(width, height, channels, width * 100 + height));
  const list = options.split(' ').filter((option) => option !== '');
  return scans === undefined
    ? libjpeg('cjpeg', list, source)
    : libjpegWithScans('cjpeg', scans, list, source);
}
