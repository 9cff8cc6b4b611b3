import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Measured, measureCommand } from '../command.ts';
import { type Benchmark, type Figure, median } from '../figure.ts';

const RUNS = 3;
const MEGABYTES = 1024;
const SMALL_IN_MEGABYTES = 10;
const RECEIVER = fileURLToPath(new URL('../uploads/receiver.ts', import.meta.url));
const UPLOAD = fileURLToPath(new URL('../uploads/upload-once.ts', import.meta.url));
const PLAIN = fileURLToPath(new URL('../uploads/raw-puts.ts', import.meta.url));

/**
 * An upload of sources, from the first byte of a stream to the list of its blocks, beside plain PUTs of as many bytes, each with its
 * process; and what it holds in memory, of little and of much.
 */
export const uploads: Benchmark = {
  name: 'uploads',
  async measure() {
    const receiver = spawn(process.execPath, [RECEIVER], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const address = await firstLine(receiver);
      const run = (script: string, megabytes: number): Measured =>
        measureCommand(process.execPath, [script, address, String(megabytes)]);
      // In turns, so that what else the machine does meets both.
      const pairs = Array.from({ length: RUNS }, () => [run(UPLOAD, MEGABYTES), run(PLAIN, MEGABYTES)]);
      const seconds = (index: number): number => median(pairs.map((pair) => pair[index]?.seconds ?? Number.NaN));
      const small = run(UPLOAD, SMALL_IN_MEGABYTES).peakInMb;
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

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('the receiver says nothing');
  const [line] = await once(stdout.setEncoding('utf8'), 'data');
  return String(line).trim();
}
