/** Upper bounds of the classes of histograms: seconds, and inputs per batch. */
const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const INPUTS = [1, 2, 4, 8, 16, 32, 64, 128, 256];

class Histogram {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  observe(value: number): void {
    this.#sum += value;
    this.#count++;
    const at = this.#bounds.findIndex((bound) => value <= bound);
    if (at >= 0) this.#counts[at]++;
  }

  lines(name: string): string[] {
    let below = 0;
    const classes = this.#bounds.map((bound, i) => {
      below += this.#counts[i];
      return `${name}_bucket{le="${bound}"} ${below}`;
    });
    return [
      ...classes,
      `${name}_bucket{le="+Inf"} ${this.#count}`,
      `${name}_sum ${this.#sum}`,
      `${name}_count ${this.#count}`,
    ];
  }
}

/** What the server counts, as Prometheus reads it (text format 0.0.4). */
export class Metrics {
  readonly #requests = new Map<string, number>();
  readonly #inputs = new Map<string, number>();
  readonly #seconds = new Histogram(SECONDS);
  readonly #batches = new Histogram(INPUTS);

  /** An inference request has been answered. `model`: one that is served, or empty. */
  request(model: string, status: number, seconds: number, inputs: number): void {
    const key = `model="${escaped(model)}",code="${status}"`;
    this.#requests.set(key, (this.#requests.get(key) ?? 0) + 1);
    this.#seconds.observe(seconds);
    if (inputs > 0 && status === 200) {
      const name = `model="${escaped(model)}"`;
      this.#inputs.set(name, (this.#inputs.get(name) ?? 0) + inputs);
    }
  }

  batch(inputs: number): void {
    this.#batches.observe(inputs);
  }

  text(now: { readonly queued: number; readonly isReady: boolean; readonly version: string }): string {
    const { rss } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    return [
      ...family('wjpeg_requests_total', 'counter', 'Inference requests by model and status.', this.#requests),
      ...family('wjpeg_inputs_total', 'counter', 'Inputs that were answered, by model.', this.#inputs),
      ...head(
        'wjpeg_request_seconds',
        'histogram',
        'Time from the head of an inference request to its answer.',
      ),
      ...this.#seconds.lines('wjpeg_request_seconds'),
      ...head('wjpeg_batch_inputs', 'histogram', 'Inputs that ran together.'),
      ...this.#batches.lines('wjpeg_batch_inputs'),
      ...one('wjpeg_queued_inputs', 'gauge', 'Inputs that wait for a thread.', now.queued),
      ...one('wjpeg_ready', 'gauge', 'Whether the server takes requests.', Number(now.isReady)),
      ...family(
        'wjpeg_build_info',
        'gauge',
        'The version.',
        new Map([[`version="${escaped(now.version)}"`, 1]]),
      ),
      ...one('process_resident_memory_bytes', 'gauge', 'Resident memory.', rss),
      ...one('process_cpu_seconds_total', 'counter', 'User and system time.', (user + system) / 1e6),
      '',
    ].join('\n');
  }
}

function head(name: string, type: string, help: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function one(name: string, type: string, help: string, value: number): string[] {
  return [...head(name, type, help), `${name} ${value}`];
}

function family(name: string, type: string, help: string, values: ReadonlyMap<string, number>): string[] {
  return [...head(name, type, help), ...[...values].map(([labels, value]) => `${name}{${labels}} ${value}`)];
}

function escaped(value: string): string {
  return value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n');
}
