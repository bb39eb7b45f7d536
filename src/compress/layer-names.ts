/** Under what names a layer is stored. */
export interface StoredNames {
  /** The layer's name in the manifest: its own, if the format can hold it. */
  readonly name: string;
  /** The name of its JPEG, should it get one. */
  readonly jpeg: string;
}

/** Longest layer name of the format, in code points. */
const MAX_NAME = 200;

/**
 * Gives the layers of a network names that a `.wjz` can hold: layers of a `state_dict` may be named anything, by no
 * name at all (`.weight`), and a network that uses a layer twice names it twice. Names of JPEGs are plain, and differ
 * by more than case, so that unpacking them on any disk keeps them apart.
 */
export class LayerNames {
  readonly #names = new Set<string>();
  readonly #stems = new Set<string>();

  /** Names for the next layer, different from all before. */
  next(layer: string): StoredNames {
    const name = distinct(layer || 'layer', this.#names, (text) => text);
    // A name must not begin with a dot (a hidden file), and had better not with a dash (an option).
    const plain = name.replace(/[^A-Za-z0-9._-]/gu, '_').replace(/^[.-]/, '_');
    return { name, jpeg: `${distinct(plain, this.#stems, (text) => text.toLowerCase())}.jpg` };
  }
}

/**
 * The text cut to what a name may be long, with a number where that is taken already; `key` says what counts as equal.
 */
function distinct(text: string, taken: Set<string>, key: (text: string) => string): string {
  const characters = Array.from(text);
  let candidate = characters.slice(0, MAX_NAME).join('');
  for (let count = 2; taken.has(key(candidate)); count++) {
    const suffix = `-${count}`;
    candidate = characters.slice(0, MAX_NAME - suffix.length).join('') + suffix;
  }
  taken.add(key(candidate));
  return candidate;
}
