/** Random scan scripts as libjpeg's tools read them (wizard.txt): every one valid, by T.81 G.1.1.1 and to libjpeg. */

const MAX_BLOCKS_IN_MCU = 10;
/** Scans of a script; the decoder's default limit is 100. */
const MAX_SCANS = 60;

/** `blocks`: how many blocks of each component an MCU has. */
export function sequentialScript(blocks: readonly number[], random: () => number): string {
  const groups: number[][] = [];
  blocks.forEach((count, component) => {
    const last = groups.at(-1);
    const together = last?.reduce((sum, each) => sum + blocks[each], count);
    if (last && together !== undefined && together <= MAX_BLOCKS_IN_MCU && random() < 0.5)
      last.push(component);
    else groups.push([component]);
  });
  return groups.map((group) => `${group.join(' ')};`).join('\n');
}

/** A run of coefficients of some components, that is sent from bit `next` down to bit 0. */
interface Band {
  readonly components: readonly number[];
  readonly start: number;
  readonly end: number;
  /** Al of its last scan, or undefined before its first. */
  position: number | undefined;
  readonly first: number;
}

/** A random order of random bands, each in random steps; now and then some of the last bits are left out. */
export function progressiveScript(blocks: readonly number[], random: () => number): string {
  const below = (limit: number): number => Math.floor(random() * limit);
  const firstBit = (): number => (random() < 0.5 ? 0 : 1 + below(random() < 0.2 ? 10 : 3));
  const interleaved =
    blocks.length > 1 && blocks.reduce((a, b) => a + b, 0) <= MAX_BLOCKS_IN_MCU && random() < 0.6;
  const all = blocks.map((_, component) => component);
  const bands: Band[] = (interleaved ? [all] : all.map((component) => [component])).map((components) => ({
    components,
    start: 0,
    end: 0,
    position: undefined,
    first: firstBit(),
  }));
  for (const component of all) {
    for (let start = 1; start <= 63; ) {
      const end = random() < 0.4 ? 63 : Math.min(63, start + below(20));
      bands.push({ components: [component], start, end, position: undefined, first: firstBit() });
      start = end + 1;
    }
  }
  const unfinished = random() < 0.1;
  const scans: string[] = [];
  for (;;) {
    const open = bands.filter((band) => band.position !== 0 && ready(band, bands));
    if (open.length === 0 || scans.length >= MAX_SCANS) break;
    // libjpeg asks for some DC of every component, and for no more.
    const missing = open.filter((band) => band.start === 0 && band.position === undefined);
    if (unfinished && missing.length === 0 && random() < 0.1) break;
    const choice = missing.length > 0 && scans.length > MAX_SCANS / 2 ? missing : open;
    const band = choice[below(choice.length)];
    const high = band.position ?? 0;
    const low = band.position === undefined ? band.first : band.position - 1;
    band.position = low;
    scans.push(`${band.components.join(' ')}: ${band.start}-${band.end}, ${high}, ${low};`);
  }
  return scans.join('\n');
}

/** AC coefficients come after the DC of their component. */
function ready(band: Band, bands: readonly Band[]): boolean {
  return (
    band.start === 0 ||
    bands.some(
      (other) =>
        other.start === 0 && other.position !== undefined && other.components.includes(band.components[0]),
    )
  );
}
