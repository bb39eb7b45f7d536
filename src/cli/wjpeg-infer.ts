import { hideBin } from 'yargs/helpers';
import { runProgram } from '../terminal/program.ts';
import { addInferCommand } from './commands/infer.ts';
import { parse } from './parse.ts';

// The program `wjpeg-infer`: a bundle of its own, since it starts in less time without the other commands.
void runProgram('wjpeg-infer', () =>
  parse('wjpeg-infer', hideBin(process.argv), (yargs) => addInferCommand(yargs, '$0 [model] [pictures..]')),
);
