/** A value that needs memory from the step that writes it to the last that reads it, both included. */
export interface Lifetime {
  readonly size: number;
  readonly first: number;
  readonly last: number;
}

/** Where each value lies, and how much memory all of them need. */
export interface MemoryPlan {
  readonly offsets: readonly number[];
  readonly total: number;
}

/**
 * Gives values that live at the same time places of their own, and lets others share memory: the largest first, each at
 * the lowest offset that is free during its life (Pisarchyk and Lee 2020, "Efficient Memory Management for Deep Neural Net
 * Inference", greedy by size). `size`, offsets and `total` are in the same unit.
 */
export function planMemory(values: readonly Lifetime[]): MemoryPlan {
  const offsets = values.map(() => 0);
  const order = values.map((_, index) => index).sort((a, b) => values[b].size - values[a].size || a - b);
  const placed: number[] = [];
  let total = 0;
  for (const index of order) {
    const { size, first, last } = values[index];
    let offset = 0;
    for (const other of placed) {
      const lives = values[other].first <= last && first <= values[other].last;
      if (!lives || offsets[other] >= offset + size) continue;
      offset = Math.max(offset, offsets[other] + values[other].size);
    }
    offsets[index] = offset;
    total = Math.max(total, offset + size);
    // Kept in order of offsets, so that the first gap that fits is found.
    const at = placed.findIndex((other) => offsets[other] > offset);
    placed.splice(at < 0 ? placed.length : at, 0, index);
  }
  return { offsets, total };
}

/** Which buffer each value lies in, and how large each buffer is: for devices whose kernels take whole buffers. */
export interface SlotPlan {
  readonly slots: readonly number[];
  readonly sizes: readonly number[];
}

/**
 * Gives values that live at the same time buffers of their own and lets others share: in the order in which they begin, each
 * takes the free buffer that must grow least, or is least too large.
 */
export function planSlots(values: readonly Lifetime[]): SlotPlan {
  const slots = values.map(() => -1);
  const sizes: number[] = [];
  const busyUntil: number[] = [];
  const order = values.map((_, index) => index).sort((a, b) => values[a].first - values[b].first || a - b);
  for (const index of order) {
    const { size, first, last } = values[index];
    let slot = -1;
    for (let other = 0; other < sizes.length; other++) {
      if (busyUntil[other] >= first) continue;
      if (slot < 0 || Math.abs(sizes[other] - size) < Math.abs(sizes[slot] - size)) slot = other;
    }
    if (slot < 0) slot = sizes.push(0) - 1;
    sizes[slot] = Math.max(sizes[slot], size);
    busyUntil[slot] = last;
    slots[index] = slot;
  }
  return { slots, sizes };
}
