import { naming, WjpegError } from '../../src/errors.ts';
import { readFileBytes } from '../../src/node/files.ts';
import { METHODS } from './methods.ts';
import { NETS } from './nets.ts';
import type { FrontierPoint } from './point.ts';

/** What one command made, whose files are not kept: they take an hour to make, or hold weights of others. */
export interface MeasuredSetting {
  readonly net: string;
  readonly method: FrontierPoint['method'];
  /** The command, without what tells its points apart. */
  readonly command: string;
  readonly points: readonly MeasuredPoint[];
}

export interface MeasuredPoint {
  /** What tells it apart: a seed, an error bound. */
  readonly setting: string;
  /** Bytes of the whole file. */
  readonly bytes: number;
  readonly nonzeros?: number;
  /** Percent of held-out training pictures that are labelled wrongly. */
  readonly heldOutError?: number;
  /** Percent of all test pictures that are labelled wrongly. */
  readonly error: number;
}

const MAX_BYTES = 2 ** 20;

/** Reads what earlier runs measured (data/frontier/measured.json). */
export async function readMeasured(path: string): Promise<MeasuredSetting[]> {
  const text = new TextDecoder().decode(await readFileBytes(path, MAX_BYTES));
  return naming(path, () => {
    const settings = JSON.parse(text) as MeasuredSetting[];
    for (const { net, method, command } of settings) {
      if (NETS.some((known) => known.net === net) && METHODS.some(({ id }) => id === method)) continue;
      throw new WjpegError('misuse', 'FRONTIER_NET', `${command}: unknown net ${net} or method ${method}`);
    }
    return settings;
  });
}

/** The points of the plots and tables that earlier runs measured. */
export function pointsOf(settings: readonly MeasuredSetting[]): FrontierPoint[] {
  return settings.flatMap(({ net, method, command, points }) =>
    points.map(({ setting, bytes, nonzeros, error }) => ({
      net,
      method,
      setting: `${setting}: ${command}`,
      bytes,
      error: error / 100,
      ...(nonzeros !== undefined && { nonzeros }),
      published: false,
      measuredBefore: true,
    })),
  );
}
