import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Measured, measureCommand } from '../command.ts';
import { type Benchmark, type Figure, median } from '../figure.ts';

const RUNS = 3;
const MEGABYTES = 1024;
const SMALL_IN_MEGABYTES = 10;

/**
 * An upload of sources, from the first byte of a stream to the list of its blocks, beside plain PUTs of as many bytes, each with its
 * process; and what it holds in memory, of little and of much.
 */
export const uploads: Benchmark = {
  name: 'uploads',
  async measure() {
    const receiver = spawn(process.execPath, [place('receiver.ts')], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const address = await firstLine(receiver);
      const run = (script: string, megabytes: number): Measured =>
        measureCommand(process.execPath, [place(script), address, String(megabytes)]);
      // In turns, so that what else the machine does meets both.
      const pairs = Array.from({ length: RUNS }, () => [
        run('upload-once.ts', MEGABYTES),
        run('raw-puts.ts', MEGABYTES),
      ]);
      const seconds = (index: number): number => median(pairs.map((pair) => pair[index]?.seconds ?? Number.NaN));
      const small = run('upload-once.ts', SMALL_IN_MEGABYTES).peakInMb;
      return [
        {
          name: `upload of ${MEGABYTES} MB`,
          value: seconds(0),
          unit: 's',
          beside: { name: 'plain PUTs side by side', value: seconds(1) },
          target: { of: 'ratio', atMost: 2 },
        },
        {
          name: `upload of ${MEGABYTES} MB: peak memory`,
          value: Math.max(...pairs.map(([own]) => own?.peakInMb ?? 0)),
          unit: 'MB',
          beside: { name: `of ${SMALL_IN_MEGABYTES} MB`, value: small },
          target: { of: 'ratio', atMost: 2 },
        },
      ] satisfies Figure[];
    } finally {
      receiver.kill();
    }
  },
};

function place(script: string): string {
  return fileURLToPath(new URL(`../uploads/${script}`, import.meta.url));
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('the receiver says nothing');
  const [line] = await once(stdout.setEncoding('utf8'), 'data');
  return String(line).trim();
}
