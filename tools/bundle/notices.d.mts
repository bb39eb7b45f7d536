export declare function notices(inputs: readonly string[], folders?: readonly string[]): string;
