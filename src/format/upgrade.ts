/**
 * Manifests of version 1: its fields under the names of version 2. A module of its own, loaded when a file needs it.
 */

type Fields = Readonly<Record<string, unknown>>;

/** What version 2 calls the fields of a JPEG weight. */
const WEIGHT = new Map([
  ['arrangement', 'layout'],
  ['sampleMap', 'affineMap'],
]);
/** Fields of `input` that version 2 has in `preprocessing`. */
const PREPROCESSING = new Map([
  ['ground', 'background'],
  ['fit', 'fit'],
]);

/** A manifest of version 1 as version 2 has it; invalid fields are left to the checks of version 2. */
export function upgradeManifest(value: unknown): unknown {
  return changed(value, (manifest) => ({
    ...manifest,
    version: upgradeVersion(manifest.version),
    input: changed(manifest.input, upgradeInput),
    layers: Array.isArray(manifest.layers) ? manifest.layers.map(upgradeLayer) : manifest.layers,
  }));
}

function upgradeVersion(version: unknown): unknown {
  return typeof version === 'string' && /^1\.(0|[1-9]\d{0,5})$/.test(version) ? '2.0' : version;
}

function upgradeInput(input: Fields): Fields {
  if (input.kind !== 'image') return input;
  const given = Object.entries(input).filter(([name]) => name !== 'preprocessing');
  return {
    ...Object.fromEntries(given.filter(([name]) => !PREPROCESSING.has(name))),
    preprocessing: Object.fromEntries(
      given.flatMap(([name, field]) => {
        const now = PREPROCESSING.get(name);
        return now === undefined ? [] : [[now, field]];
      }),
    ),
  };
}

function upgradeLayer(layer: unknown): unknown {
  return changed(layer, (fields) =>
    fields.type === 'linear' ? { ...fields, weight: changed(fields.weight, upgradeWeight) } : fields,
  );
}

function upgradeWeight(weight: Fields): Fields {
  const names = [...WEIGHT.values()];
  // Version 1 ignores fields of those names.
  const given = Object.entries(weight).filter(([name]) => !names.includes(name));
  return Object.fromEntries(given.map(([name, field]) => [WEIGHT.get(name) ?? name, field]));
}

function changed(value: unknown, change: (fields: Fields) => Fields): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? change(value as Fields) : value;
}
