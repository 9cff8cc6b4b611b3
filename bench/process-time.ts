import { spawnSync } from 'node:child_process';

/** Milliseconds from the start of a Node process to its end. */
export function processTime(
  words: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): number {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, words, {
    cwd: options.cwd,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '', ...options.env },
  });
  const elapsed = performance.now() - began;
  if (status !== 0) throw new Error(`node ${words.join(' ')} ended with ${status}: ${stderr}`);
  return elapsed;
}

/** A process that does nothing: what everything else is compared with. */
export function emptyProcessTime(): number {
  return processTime(['-e', '0']);
}
