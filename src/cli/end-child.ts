import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** Longer than any of ours takes; whoever hangs has no more to write. */
const ENDS_WITHIN_MS = 20_000;

/**
 * Ends a process of ours that ends with its standard input, and waits for it; one that does not end is killed, so that nobody waits for
 * a process that waits for us.
 */
export async function endChild(child: ChildProcess, withinMs = ENDS_WITHIN_MS): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.stdin?.end();
  const inTime = new AbortController();
  const late = sleep(withinMs, 'late', { signal: inTime.signal, ref: false }).catch(() => undefined);
  if ((await Promise.race([exited, late])) === 'late') child.kill('SIGKILL');
  await exited;
  inTime.abort();
}
