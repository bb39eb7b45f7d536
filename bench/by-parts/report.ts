import { formatPercent } from '../../src/text/numbers.ts';
import { formatTable } from '../../src/text/table.ts';
import type { ByPartsCurves, CurvePoint } from './curves.ts';

const HEADINGS = ['map', 'file', 'answers from', 'bytes', 'of the whole file', 'test error'];

/** Every point of the curves, as a table for people. */
export function byPartsTable(curves: readonly ByPartsCurves[]): string {
  const rows = curves.flatMap(({ scope, fileBytes, partial, ordinary }) => {
    const row = (file: string, { bytes, error, setting }: CurvePoint, part: string): string[] => [
      scopeName(scope),
      file,
      setting,
      bytes.toLocaleString('en-US'),
      part,
      formatPercent(error),
    ];
    return [
      ...partial.map((point) => row('progressive', point, formatPercent(point.bytes / fileBytes))),
      ...ordinary.map((point) => row('ordinary', point, '')),
    ];
  });
  return formatTable([HEADINGS, ...rows]);
}

/** After "a map". */
export function scopeName(scope: ByPartsCurves['scope']): string {
  return scope === 'layer' ? 'per layer' : 'per row';
}
