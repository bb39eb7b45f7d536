/** Regions of a picture that hang together. */
export interface Regions {
  /** width × height: the region of each sample, counted from 0; −1 for samples of none. */
  readonly labels: Int32Array;
  /** Sum of the samples of each region. */
  readonly masses: readonly number[];
}

/** Labels the connected regions (8 neighbours) of samples above a threshold. */
export function connectedRegions(
  samples: Float32Array,
  width: number,
  height: number,
  threshold: number,
): Regions {
  const labels = new Int32Array(samples.length).fill(-1);
  const masses: number[] = [];
  const queue = new Int32Array(samples.length);
  for (let start = 0; start < samples.length; start++) {
    if (labels[start] >= 0 || samples[start] <= threshold) continue;
    const label = masses.length;
    let mass = 0;
    let end = 0;
    queue[end++] = start;
    labels[start] = label;
    for (let next = 0; next < end; next++) {
      const at = queue[next];
      mass += samples[at];
      const x = at % width;
      const y = (at - x) / width;
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const neighbour = v * width + u;
          if (labels[neighbour] >= 0 || samples[neighbour] <= threshold) continue;
          labels[neighbour] = label;
          queue[end++] = neighbour;
        }
      }
    }
    masses.push(mass);
  }
  return { labels, masses };
}
