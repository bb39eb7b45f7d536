import { WjpegError } from '../../errors.ts';

/** A layer's table and what it is used for. */
export interface LayerTable {
  readonly name: string;
  /** 64 entries in natural order. */
  readonly quantization: Uint16Array;
  /** Frequencies at which the layer has a coefficient; the other entries mean nothing. */
  readonly used: readonly boolean[];
  /** Whether the layer's scale is a number, which can take a factor of its table over. */
  readonly isScalable: boolean;
}

/** The tables of a picture, one per component, and for each layer its component and the factor that its scale takes over. */
export interface SharedTables {
  readonly tables: readonly Uint16Array[];
  readonly components: readonly number[];
  readonly factors: readonly number[];
}

/** Components that every viewer opens: grey, or three that it takes for luma and chroma. */
const MAX_TABLES = 3;

/** Layers that can share a table. */
interface Group {
  /** Entry by frequency, without common factor; undefined where no layer has a coefficient. */
  readonly entries: (number | undefined)[];
  readonly members: { readonly layer: number; readonly factor: number; readonly isScalable: boolean }[];
}

/**
 * Finds layers that can share a table: tables count as equal where a layer has coefficients, and as equal up to a factor where its
 * scale is a number, which then takes the factor over.
 *
 * @throws MODEL_TABLES if more than three tables are left
 */
export function shareTables(layers: readonly LayerTable[]): SharedTables {
  const groups: Group[] = [];
  for (const [index, { quantization, used, isScalable }] of layers.entries()) {
    const own = Array.from(quantization, (entry, k) => (used[k] ? entry : undefined));
    const factor = own.reduce<number>((divisor, entry) => gcd(divisor, entry ?? 0), 0) || 1;
    const entries = own.map((entry) => entry && entry / factor);
    const fits = ({ entries: others }: Group): boolean =>
      entries.every((entry, k) => entry === undefined || others[k] === undefined || entry === others[k]);
    const found = groups.find((each) => fits(each) && areOneFactor(each, factor, isScalable));
    const group = found ?? { entries: new Array<number | undefined>(64).fill(undefined), members: [] };
    if (found === undefined) groups.push(group);
    for (const [k, entry] of entries.entries()) group.entries[k] ??= entry;
    group.members.push({ layer: index, factor, isScalable });
  }
  if (groups.length > MAX_TABLES) throw tooManyTables(groups, layers);
  const components: number[] = [];
  const factors: number[] = [];
  const tables = groups.map(({ entries, members }, component) => {
    // The smallest factor keeps all samples where a picture decoder does not clamp them.
    const fixed = members.find(({ isScalable }) => !isScalable);
    const common = fixed?.factor ?? Math.min(...members.map(({ factor }) => factor));
    for (const { layer, factor } of members) {
      components[layer] = component;
      factors[layer] = factor / common;
    }
    const [first] = members;
    const unused = layers[first.layer].quantization;
    return Uint16Array.from(entries, (entry, k) => (entry === undefined ? unused[k] : entry * common));
  });
  return { tables, components, factors };
}

/** Whether a layer can join: those whose scales cannot take over a factor have the same. */
function areOneFactor({ members }: Group, factor: number, isScalable: boolean): boolean {
  return isScalable || members.every((member) => member.isScalable || member.factor === factor);
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

function tooManyTables(groups: readonly Group[], layers: readonly LayerTable[]): WjpegError {
  const names = groups.map(({ members: [{ layer }] }) => `'${layers[layer].name}'`);
  return new WjpegError(
    'unsupported',
    'MODEL_TABLES',
    `layers ${names.join(', ')} have different quantisation tables, ${groups.length} in all, and a model that is one JPEG ` +
      `holds at most ${MAX_TABLES}: compress the network with one table for all layers (as wjpeg compress -o model.jpg does), ` +
      'or write a .wjz',
  );
}
