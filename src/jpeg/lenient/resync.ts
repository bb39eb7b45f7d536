import { isRestart, MARKER, markerName } from '../markers/markers.ts';
import { findMarker, markerAt } from './readers.ts';
import type { Warnings } from './warnings.ts';

/** Where the next segment of a scan begins. */
export interface SegmentStart {
  readonly offset: number;
  /** Whether the segment is lost: what stands at `offset` is a marker that belongs further on. */
  readonly empty: boolean;
}

/** What to do about a marker that is not the restart marker that should come. */
type Action = 'discard' | 'scan on' | 'keep';

/**
 * Finds the next segment of a scan at the marker at `offset`: behind RST`expected` if it stands there; otherwise by the
 * rules of libjpeg-turbo (jpeg_resync_to_restart, jdmarker.c): one of the next two restart markers means that segments
 * are lost, one of the last two that it came too late, any other that only its number is wrong.
 *
 * @param expected 0…7
 */
export function findSegment(
  bytes: Uint8Array,
  offset: number,
  expected: number,
  warnings: Warnings,
): SegmentStart {
  if (markerAt(bytes, offset) === MARKER.RST0 + expected) return { offset: offset + 2, empty: false };
  // At the end of the file, that it ends is the one thing to say.
  if (offset < bytes.length) {
    warnings.add(
      'JPEG_RESTART',
      `JPEG byte ${offset}: expected ${markerName(MARKER.RST0 + expected)}, got ${markerName(markerAt(bytes, offset))}`,
    );
  }
  for (let at = offset; ; at = findMarker(bytes, at + 2)) {
    switch (actionFor(markerAt(bytes, at), expected)) {
      case 'discard':
        return { offset: at + 2, empty: false };
      case 'keep':
        return { offset: at, empty: true };
    }
  }
}

/** The marker that ends a scan, whatever is in it: the first from `offset` on that is no restart marker. */
export function afterScan(bytes: Uint8Array, offset: number): number {
  let at = findMarker(bytes, offset);
  while (at < bytes.length && isRestart(markerAt(bytes, at))) at = findMarker(bytes, at + 2);
  return at;
}

function actionFor(marker: number, expected: number): Action {
  if (marker < MARKER.SOF0) return 'scan on';
  if (!isRestart(marker)) return 'keep';
  const ahead = (marker - MARKER.RST0 - expected) & 7;
  if (ahead === 1 || ahead === 2) return 'keep';
  return ahead === 6 || ahead === 7 ? 'scan on' : 'discard';
}
