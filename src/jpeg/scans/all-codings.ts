import type { Codings } from './codings.ts';
import * as arithmetic from './decode/arithmetic-coding.ts';
import * as progressive from './decode/progressive-coding.ts';

export const ALL_CODINGS: Codings = { progressive, arithmetic };
