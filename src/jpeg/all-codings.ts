import * as arithmetic from './arithmetic-coding.ts';
import type { Codings } from './codings.ts';
import * as progressive from './progressive-coding.ts';

export const ALL_CODINGS: Codings = { progressive, arithmetic };
