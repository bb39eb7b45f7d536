import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type CProgram, isInstalled } from './programs.ts';

/** A machine whose programs qemu runs in user mode. */
export interface UserMachine {
  readonly name: string;
  readonly compiler: string;
  readonly flags: readonly string[];
  readonly emulator: string;
}

export const USER_MACHINES: readonly UserMachine[] = [
  {
    name: 'Cortex-M0 instructions',
    compiler: 'arm-none-eabi-gcc',
    flags: ['-mcpu=cortex-m0', '-mthumb'],
    emulator: 'qemu-arm',
  },
  {
    name: 'RV32EC instructions',
    compiler: 'riscv64-unknown-elf-gcc',
    flags: ['-march=rv32ec', '-mabi=ilp32e', '-Wl,--no-relax,--no-warn-rwx-segments'],
    emulator: 'qemu-riscv32',
  },
];

/** Instructions per picture, the mean of `counted` pictures after the first one; or what is not installed; throws where the logits are not those of the host. */
export function countInstructions(
  program: CProgram,
  { compiler, flags, emulator }: UserMachine,
  pictures: Uint8Array,
  expected: readonly Int32Array[],
  counted: number,
): string {
  for (const needed of [compiler, emulator]) if (!isInstalled(needed)) return `${needed} is not installed`;
  const binary = program.at(emulator);
  const link = ['-ffreestanding', '-nostdlib', '-static', '-ffunction-sections', '-Wl,--gc-sections'];
  const driver = join(import.meta.dirname, 'user.c');
  program.compile(
    compiler,
    '-std=gnu99',
    '-O2',
    ...flags,
    ...link,
    '-o',
    binary,
    driver,
    program.source,
    '-lgcc',
  );
  const run = spawnSync(emulator, [binary], { input: pictures, maxBuffer: 2 ** 28 });
  const expectedBytes = Buffer.concat(
    expected.map((logits) => Buffer.from(logits.buffer, logits.byteOffset, logits.byteLength)),
  );
  if (!run.stdout.equals(expectedBytes))
    throw new Error(`the logits of ${compiler} are not those of the host`);
  const size = pictures.length / expected.length;
  const [one, more] = [1, 1 + counted].map((count) =>
    steps(emulator, binary, pictures.subarray(0, count * size)),
  );
  return String(Math.round((more - one) / counted));
}

/** Instructions that a program runs: qemu logs each as a block of its own. */
function steps(emulator: string, binary: string, input: Uint8Array): number {
  const words = `${emulator} -singlestep -d exec,nochain -D /dev/stdout ${binary} | grep -ac '^Trace'`;
  const { stdout } = spawnSync('sh', ['-c', words], { input, encoding: 'utf8' });
  return Number(stdout);
}
