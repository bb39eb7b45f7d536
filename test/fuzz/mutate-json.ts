import fc from 'fast-check';
import type { Random } from './random.ts';

/** Values to put where something else is expected: any JSON, and what readers of numbers and names trip over. */
const STRANGE: readonly unknown[] = [
  ...fc.sample(fc.jsonValue({ maxDepth: 2 }), { numRuns: 60, seed: 6 }),
  ...[null, true, '', '__proto__', 'constructor', 'toString', '../x', '\u0000', '\ud800', 'a'.repeat(300)],
  ...[0, -0, -1, 0.5, 1e308, 5e-324, 2 ** 24, 2 ** 24 + 1, 2 ** 31, 2 ** 53, 2 ** 53 + 2, 1e21],
  ...[[], {}, [[]], [null], { tensor: 'x' }, { length: 3 }],
];

/** A copy of a JSON value with one to three places of it replaced, taken out, doubled, renamed or exchanged. */
export function mutateJson(value: unknown, random: Random): unknown {
  const root = { value: structuredClone(value) };
  for (let changes = 1 + random.below(3); changes > 0; changes--) {
    const places = listPlaces(root, []);
    const { holder, key } = random.pick(places);
    const other = random.pick(places);
    const object = holder as Record<string, unknown>;
    switch (random.below(7)) {
      case 0:
        // Not the only place that is always there.
        if (holder !== root) delete object[key];
        break;
      case 1: {
        const name = random.pick([key, other.key, '__proto__', 'tensor', 'x']);
        // As JSON.parse does it: `__proto__` becomes a field like any other. An array has its length for itself.
        if (Array.isArray(holder) && name === 'length') break;
        Object.defineProperty(object, name, {
          value: object[key],
          writable: true,
          enumerable: true,
          configurable: true,
        });
        break;
      }
      case 2:
        object[key] = structuredClone((other.holder as Record<string, unknown>)[other.key]);
        break;
      case 3:
        if (typeof object[key] === 'number') {
          object[key] = random.chance(0.5) ? object[key] + random.below(3) - 1 : random.size(2 ** 32 - 1);
        }
        break;
      case 4:
        if (Array.isArray(holder)) holder.splice(Number(key), 0, structuredClone(holder[Number(key)]));
        break;
      default:
        object[key] = structuredClone(random.pick(STRANGE));
    }
  }
  return root.value;
}

interface Place {
  readonly holder: object;
  readonly key: string;
}

function listPlaces(holder: object, places: Place[]): Place[] {
  for (const [key, inner] of Object.entries(holder)) {
    places.push({ holder, key });
    if (typeof inner === 'object' && inner !== null) listPlaces(inner, places);
  }
  return places;
}
