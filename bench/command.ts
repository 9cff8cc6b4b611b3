import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Measured {
  readonly seconds: number;
  /** Of the largest of its processes; 0 where the system does not tell. */
  readonly peakInMb: number;
}

/** Runs the command in a process of its own, under a wrapper that tells the peak memory of all its processes. */
export function measureCommand(command: string, words: readonly string[], cwd?: string): Measured {
  const wrapper = fileURLToPath(new URL('./measure-command.ts', import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, [wrapper, command, ...words], {
    encoding: 'utf8',
    cwd,
  });
  if (status !== 0) throw new Error(`${command} failed: ${stderr}`);
  return JSON.parse(stdout) as Measured;
}
