/** Files, for Node. */
export { readFileBytes, readStandardInput, writeFileAtomic } from './files.ts';
export { type IdxSubset, type LabelledPictures, loadIdxPair } from './mnist.ts';
