/** PNG: rows of samples out of any file, and grey pictures into one. Knows nothing of networks. */
export { type Png, readPng } from './decode.ts';
export { encodeGreyPng } from './encode.ts';
export { channelsOf, type PngHeader } from './header.ts';
export type { PngRow } from './rows.ts';
