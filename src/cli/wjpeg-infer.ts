#!/usr/bin/env node
import { hideBin } from 'yargs/helpers';
import { addInferCommand } from './commands/infer.ts';
import { parse } from './parse.ts';
import { runProgram } from './program.ts';

await runProgram('wjpeg-infer', () =>
  parse('wjpeg-infer', hideBin(process.argv), (yargs) => addInferCommand(yargs, '$0 [model] [pictures..]')),
);
