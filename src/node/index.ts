/**
 * File access for Node.js.
 *
 * @module wjpeg/node
 */

export { readFileBytes, readStandardInput, writeFileAtomic } from './files.ts';
export { type IdxSubset, loadIdxPair } from './mnist.ts';
export { onnxExternalData } from './onnx-external-data.ts';
