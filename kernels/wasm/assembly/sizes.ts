import { FLOAT_LANES as FLOAT_LANES_COUNT, LINE as LINE_BYTES } from '../layout';

/** The layout constants used in address arithmetic, as addresses. */
export const LINE: usize = LINE_BYTES;
export const FLOAT_LANES: usize = FLOAT_LANES_COUNT;
