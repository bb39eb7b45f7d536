import { FLOAT_LANES as FLOAT_LANES_COUNT, LINE as LINE_BYTES } from '../layout';

/** The constants of the layout that take part in address arithmetic, as addresses. */
export const LINE: usize = LINE_BYTES;
export const FLOAT_LANES: usize = FLOAT_LANES_COUNT;
