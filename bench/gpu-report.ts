import type { BackendName } from '../src/runtime/backends/backend.ts';
import type { Path } from '../src/runtime/path.ts';
import { formatBytes, formatMicroseconds, formatRatio } from '../src/text/numbers.ts';
import { formatTable } from '../src/text/table.ts';
import type { Timing } from '../src/timing.ts';
import { markdownTable } from './markdown.ts';

export interface GpuResult {
  readonly model: string;
  readonly path: Path;
  readonly backend: BackendName;
  readonly batch: number;
  /** Greatest relative error of the logits that were compared, before timing. */
  readonly error: number;
  readonly deviceBytes: number;
  /** Of one call, upload and readback included, in microseconds; absent where it was only checked. */
  readonly call?: Timing;
}

export interface GpuRun {
  readonly machine: string;
  readonly command: string;
  /** What WebGPU offers, and which of them the backends ran on. */
  readonly adapters: readonly string[];
  readonly adapter: string;
  /** False where a GPU is imitated in software: then no time says anything about a GPU. */
  readonly hardware: boolean;
  readonly quick: boolean;
  readonly results: readonly GpuResult[];
  readonly notes: readonly string[];
}

export const SOFTWARE_NOTE =
  'NOT A GPU: the adapter is imitated in software. The answers are checked all the same; no time here is a figure of a GPU.';

function headings({ hardware }: GpuRun): string[] {
  const image = hardware ? 'an image' : 'an image, imitated GPU';
  return ['model', 'path', 'backend', 'batch', 'error', 'on the device', image, 'against matrix'];
}

export function gpuTable(run: GpuRun): string {
  return [formatTable([headings(run), ...rows(run)]), '', ...remarks(run)].join('\n');
}

export function gpuMarkdown(run: GpuRun): string {
  return `${[
    '# wjpeg bench:gpu',
    '',
    ...remarks(run).map((text) => `- ${text}`),
    `- \`${run.command}\`; times are medians of whole calls, inputs up and logits down included`,
    '',
    ...markdownTable([headings(run), ...rows(run)]),
  ].join('\n')}\n`;
}

function remarks({ machine, adapters, adapter, hardware, quick, notes }: GpuRun): string[] {
  return [
    ...(hardware ? [] : [SOFTWARE_NOTE]),
    ...(quick ? ['A quick run: too few samples for figures.'] : []),
    machine,
    ...adapters.map((detail) => `adapter: ${detail}`),
    `ran on: ${adapter} (${hardware ? 'hardware' : 'software'})`,
    ...notes,
  ];
}

function rows({ results }: GpuRun): string[][] {
  return results.map((result) => {
    const { model, path, backend, batch, error, deviceBytes, call } = result;
    const matrix = results.find(
      (other) =>
        other.model === model &&
        other.path === 'expanded' &&
        other.backend === backend &&
        other.batch === batch,
    )?.call;
    return [
      model,
      path,
      backend,
      String(batch),
      error.toExponential(1),
      formatBytes(deviceBytes),
      call ? formatMicroseconds(call.median / batch) : 'not timed',
      call && matrix ? formatRatio(matrix.median / call.median) : '',
    ];
  });
}
