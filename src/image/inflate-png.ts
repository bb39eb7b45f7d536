/** What `prepareLoading` loads, and pages beside it. */
export { inflateRows } from '../png/inflate-rows.ts';
