/** What T.81 allows around the data of a stream, or what decoders skip: none of it changes a coefficient. */

export type Alteration = 'none' | 'trailing bytes' | 'fill bytes' | 'other segments' | 'padding of one-bits';

export const ALTERATIONS: readonly Alteration[] = [
  'none',
  'trailing bytes',
  'fill bytes',
  'other segments',
  'padding of one-bits',
];

interface Marker {
  /** Offset of its FF, and its code. */
  readonly at: number;
  readonly code: number;
}

const [SOI, EOI, SOS, SOF9, SOF10, COM, APP5] = [0xd8, 0xd9, 0xda, 0xc9, 0xca, 0xfe, 0xe5];

/** Every marker of a stream as libjpeg writes it, in order; those inside entropy-coded data (RSTn) too. */
export function markersOf(stream: Uint8Array): Marker[] {
  const markers: Marker[] = [];
  for (let at = 0; at < stream.length; ) {
    const code = stream[at + 1];
    markers.push({ at, code });
    if (code === EOI) return markers;
    at += 2;
    const standsAlone = code === SOI || (code >= 0xd0 && code <= 0xd7);
    if (!standsAlone) at += stream[at] * 256 + stream[at + 1];
    if (code === SOS || (standsAlone && code !== SOI)) {
      while (stream[at] !== 0xff || stream[at + 1] === 0) at++;
    }
  }
  throw new Error('a stream without EOI');
}

/** The stream with that alteration, which may be in many places. */
export function alter(stream: Uint8Array, alteration: Alteration, random: () => number): Uint8Array {
  const below = (limit: number): number => Math.floor(random() * limit);
  const noise = (length: number): number[] => Array.from({ length }, () => below(256));
  const markers = markersOf(stream);
  const before = new Map<number, number[]>();
  switch (alteration) {
    case 'none':
      return stream;
    case 'trailing bytes':
      before.set(stream.length, random() < 0.5 ? noise(1 + below(40)) : [0xff, SOI, ...noise(9)]);
      break;
    case 'fill bytes':
      // Any number of FF bytes before any marker (B.1.1.2); not before the first, which makes a JPEG of the file.
      for (const { at } of markers.slice(1)) {
        if (random() < 0.6) before.set(at, new Array(1 + below(4)).fill(0xff));
      }
      break;
    case 'other segments':
      // Anywhere between segments; FF within them is no marker.
      for (const { at, code } of markers.slice(1)) {
        if (code >= 0xd0 && code <= 0xd7) continue;
        const content = [...noise(below(20)), 0xff, EOI];
        if (random() < 0.5)
          before.set(at, [0xff, random() < 0.5 ? COM : APP5, 0, content.length + 2, ...content]);
      }
      break;
    case 'padding of one-bits':
      // Whole bytes of 1-bits after Huffman-coded data, stuffed (F.1.2.3). Arithmetic coding has no such padding.
      if (markers.some(({ code }) => code === SOF9 || code === SOF10)) return stream;
      markers.forEach(({ at, code }, index) => {
        const previous = markers[index - 1]?.code;
        const follows = previous === SOS || (previous >= 0xd0 && previous <= 0xd7);
        if (follows && code !== SOI && random() < 0.7)
          before.set(at, [0xff, 0, 0xff, 0].slice(0, 2 + 2 * below(2)));
      });
  }
  const parts: number[] = [];
  for (let at = 0; at <= stream.length; at++) {
    parts.push(...(before.get(at) ?? []));
    if (at < stream.length) parts.push(stream[at]);
  }
  return Uint8Array.from(parts);
}
