import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { endChild } from '../../../src/cli/end-child.ts';

async function running(script: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', `${script}; process.stdout.write('up')`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (child.stdout) await once(child.stdout, 'data');
  return child;
}

it('a process that ends with its input ends by itself', async () => {
  const child = await running("process.stdin.resume().on('end', () => process.exit(7))");
  await endChild(child);
  expect([child.exitCode, child.signalCode]).toEqual([7, null]);
  await endChild(child);
});

it('a process that never ends is killed, and waited for', async () => {
  const child = await running('setInterval(() => undefined, 1000)');
  await endChild(child, 50);
  expect(child.signalCode).toBe('SIGKILL');
});
