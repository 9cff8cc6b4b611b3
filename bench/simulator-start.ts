import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Milliseconds until a simulator on these files says that it is ready. */
export async function simulatorStartTime(simulator: string, stateFile: string): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, [simulator], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.write(`${JSON.stringify({ stateFile, profile: 'instant', speed: 1 })}\n`);
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  const elapsed = performance.now() - began;
  child.stdin.end();
  await exited;
  return elapsed;
}
