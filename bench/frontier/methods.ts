/** Points that are drawn and named alike. */
export interface Series {
  readonly id: string;
  readonly label: string;
  readonly color: string;
  readonly symbol: 'circle' | 'square' | 'triangle' | 'times' | 'diamond' | 'star' | 'plus';
  /** Whether a line joins them: their settings are a sweep of one thing. */
  readonly curve: boolean;
}

/**
 * The ways of storing a net that are compared, in the order of the tables, and how each is drawn.
 */
export const METHODS = [
  { id: 'float32', label: 'float32', color: '#52525b', symbol: 'circle', curve: false },
  { id: 'float16', label: 'float16', color: '#52525b', symbol: 'square', curve: false },
  { id: 'int8', label: 'int8', color: '#b45309', symbol: 'square', curve: false },
  { id: 'int4', label: 'int4', color: '#b45309', symbol: 'triangle', curve: false },
  { id: 'pruned', label: 'pruned, int4, Huffman', color: '#be185d', symbol: 'times', curve: true },
  { id: 'jpeg', label: 'JPEG', color: '#0e7490', symbol: 'circle', curve: true },
  { id: 'calibrated', label: 'JPEG, calibrated', color: '#1d4ed8', symbol: 'diamond', curve: true },
  { id: 'trained', label: 'JPEG, trained', color: '#15803d', symbol: 'star', curve: false },
  { id: 'published', label: 'published', color: '#000000', symbol: 'plus', curve: false },
] as const satisfies readonly Series[];

export type Method = (typeof METHODS)[number];
export type MethodId = Method['id'];

export function methodOf(id: MethodId): Method {
  return METHODS.find((method) => method.id === id) as Method;
}
