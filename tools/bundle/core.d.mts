import type { Plugin } from 'esbuild';

export declare function writeCore(library: string): void;
export declare function importCore(sources: string): Plugin;
