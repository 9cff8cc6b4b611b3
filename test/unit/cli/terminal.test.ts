import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { untilUnread } from '../../../src/cli/exit.ts';
import type { Streams } from '../../../src/cli/terminal.ts';

const WRITER = `
const { processTerminal } = await import('./src/cli/terminal.ts');
const { stdout, stderr } = processTerminal();
for (let count = 0; count < 2000; count += 1) stdout.write('x'.repeat(200) + '\\n');
await new Promise((resolve) => process.stdout.write('', resolve));
stderr.write('went on');
`;

const UNTIL_CLOSED = `
const { processTerminal, stopWithReader } = await import('./src/cli/terminal.ts');
const terminal = processTerminal();
const { signal } = stopWithReader(terminal);
while (!signal.aborted) {
  terminal.stdout.write('x\\n');
  await new Promise((resolve) => setImmediate(resolve));
}
terminal.stderr.write('stopped');
`;

it('what has no end of its own ends when the pipe closes', async () => {
  const command = `"${process.execPath}" --input-type=module -e "$WRITER" | head -n 2`;
  const env = { ...process.env, WRITER: UNTIL_CLOSED };
  const { stdout, stderr } = await promisify(execFile)('sh', ['-c', command], { env });
  expect([stdout, stderr]).toEqual(['x\nx\n', 'stopped']);
});

it('a pipe that closes does not end what writes to it', async () => {
  const command = `"${process.execPath}" --input-type=module -e "$WRITER" | head -n 1`;
  const { stdout, stderr } = await promisify(execFile)('sh', ['-c', command], { env: { ...process.env, WRITER } });
  expect([stdout.length, stderr]).toEqual([201, 'went on']);
});

const AS_IT_IS_READ = `
const { processTerminal } = await import('./src/cli/terminal.ts');
const terminal = processTerminal();
let most = 0;
for (let count = 0; count < 2000; count += 1) {
  terminal.stdout.write('x'.repeat(1000) + '\\n');
  most = Math.max(most, process.stdout.writableLength);
  await terminal.flushed();
}
process.stderr.write(String(most));
`;

it('what waits until it is read keeps no more in memory than it has just written', async () => {
  const command = `"${process.execPath}" --input-type=module -e "$WRITER" | wc -c`;
  const { stdout, stderr } = await promisify(execFile)('sh', ['-c', command], {
    env: { ...process.env, WRITER: AS_IT_IS_READ },
  });
  expect([Number(stdout), Number(stderr)]).toEqual([2_002_000, expect.toSatisfy((most: number) => most <= 1001)]);
});

it('a command that only looks ends as one that SIGPIPE ended when nobody reads it, and says nothing of it', async () => {
  const child = spawn(process.execPath, ['src/cli/bin.ts', 'explain', 'port_in_use'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  const [[exitCode], stderr] = await Promise.all([once(child, 'close'), text(child.stderr)]);
  expect(exitCode).toBe(141);
  // Of a slow machine it may tell that it takes long.
  expect(stderr).not.toMatch(/EPIPE|✗|^ +at /m);
});

it('it does not wait for its end when the reader goes before; else its exit code counts', async () => {
  const closed = new AbortController();
  const streams = { closed: closed.signal } as unknown as Streams;
  expect(await untilUnread(streams, Promise.resolve(2))).toBe(2);
  const left = untilUnread(streams, new Promise(() => undefined));
  closed.abort();
  expect(await left).toBe(141);
});
