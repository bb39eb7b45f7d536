import { cpus, totalmem } from 'node:os';

/** The machine in one line, for every report. */
export function describeMachine(): string {
  const processors = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${processors.length} × ${processors[0]?.model.trim()}, ${memory} GiB, ${process.platform} ${process.arch}, Node ${process.version}`;
}
