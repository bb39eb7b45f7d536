import { request } from './models.ts';

/** A stop of the slider, as models.json lists it. */
export interface Listed {
  readonly file: string;
  readonly net: string;
  readonly how: string;
  /** Test error in percent, measured beforehand (data/frontier/README.md). */
  readonly error: number;
  readonly bytes: number;
}

export async function listModels(): Promise<readonly Listed[]> {
  return (await request('models.json')).json();
}
