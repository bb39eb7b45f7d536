import { hideBin } from 'yargs/helpers';
import { addInferCommand } from './commands/infer.ts';
import { parse } from './parse.ts';
import { runProgram } from './program.ts';

// The program `wjpeg-infer`: a bundle of its own, since it starts in less time without the other commands.
void runProgram('wjpeg-infer', () =>
  parse('wjpeg-infer', hideBin(process.argv), (yargs) => addInferCommand(yargs, '$0 [model] [pictures..]')),
);
