import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

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
