/** Numbers as people read them. */

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

export function formatMicroseconds(microseconds: number): string {
  if (microseconds < 1000) return `${microseconds.toFixed(1)} µs`;
  return `${(microseconds / 1000).toFixed(2)} ms`;
}

export function formatRatio(ratio: number): string {
  return `${ratio.toFixed(ratio < 10 ? 2 : 1)}×`;
}

export function formatPercent(fraction: number): string {
  return `${(fraction * 100).toFixed(2)}%`;
}

/** A whole number with commas between its thousands. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Nonzero coefficients per weight: they may be more than 1, since a JPEG has whole blocks. */
export function formatDensity(perWeight: number): string {
  return perWeight.toFixed(3);
}

/** Peak signal-to-noise ratio; empty if not compared, ∞ for weights that are exact. */
export function formatDecibels(psnr: number | 'exact' | undefined): string {
  if (psnr === undefined) return '';
  return psnr === 'exact' ? '∞' : `${psnr.toFixed(1)} dB`;
}

/** A time in seconds, as people read it: 4 s, 1 min 05 s, 2 h 03 min. */
export function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (count: number): string => String(count).padStart(2, '0');
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}
