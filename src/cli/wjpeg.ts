import { hideBin } from 'yargs/helpers';
import { runProgram } from '../terminal/program.ts';
import { addArchitectureCommand } from './commands/architecture.ts';
import { addCompressCommand } from './commands/compress.ts';
import { addEvalCommand } from './commands/eval.ts';
import { addExportCommand } from './commands/export.ts';
import { addInferCommand } from './commands/infer.ts';
import { addInspectCommand } from './commands/inspect.ts';
import { addReportCommand } from './commands/report.ts';
import { addScoreCommand } from './commands/score.ts';
import { addServeCommand } from './commands/serve.ts';
import { addTrainCommand } from './commands/train.ts';
import { addVerifyCommand } from './commands/verify.ts';
import { parse } from './parse.ts';

const COMMANDS = [
  addCompressCommand,
  addInferCommand,
  addScoreCommand,
  addServeCommand,
  addInspectCommand,
  addEvalCommand,
  addVerifyCommand,
  addTrainCommand,
  addExportCommand,
  addReportCommand,
  addArchitectureCommand,
] as const;

// The program `wjpeg`.
void runProgram('wjpeg', () =>
  parse('wjpeg', wordsOrHelp(hideBin(process.argv)), (yargs) =>
    COMMANDS.reduce((parser, add) => add(parser), yargs).demandCommand(1, 'no command given'),
  ),
);

/** Without a command the help says which there are. */
function wordsOrHelp(words: string[]): string[] {
  return words.length === 0 ? ['--help'] : words;
}
