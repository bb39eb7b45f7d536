import type { Precision } from '../../kernels/node.ts';
import type { Ceilings } from './ceilings.ts';

/** What a kernel cannot do without, counted from its formula and not from its code. */
export interface Work {
  /** Multiplications with their additions; in tiles those that are left. */
  readonly products?: { readonly precision: Precision; readonly count: number };
  /** Other arithmetic on floats, four of them at once. */
  readonly operations?: number;
  /** Loaded and stored, everything once: inputs, weights, results. */
  readonly bytes: number;
  /** What of it is loaded only, such as weights. */
  readonly loadedOnly?: number;
  /** Bytes of memory that these lie in, each loaded more than once; `bytes` if absent. */
  readonly memory?: number;
}

/** What takes longest if nothing else were to be done. */
export interface Bound {
  readonly by: 'products' | 'arithmetic' | 'loads and stores';
  readonly microseconds: number;
}

export function boundOf(work: Work, ceilings: Ceilings): Bound {
  const { products, operations = 0, bytes, loadedOnly = 0, memory = bytes } = work;
  // What lies in a smaller cache than the whole of it comes faster: this is the least that it takes.
  const { loaded, copied } = ceilings.bytes.find(({ size }) => memory <= size) ?? ceilings.bytes[2];
  // A product of four floats is two operations.
  const perSecond = ceilings.products.float32 / 2;
  const rate = products && (ceilings.products[products.precision] ?? ceilings.products.int16);
  const bounds: readonly Bound[] = [
    { by: 'products', microseconds: products && rate ? products.count / rate / 1000 : 0 },
    { by: 'arithmetic', microseconds: operations / perSecond / 1000 },
    {
      by: 'loads and stores',
      microseconds: (loadedOnly / loaded + (bytes - loadedOnly) / copied) / 1000,
    },
  ];
  return bounds.reduce((most, each) => (each.microseconds > most.microseconds ? each : most));
}
