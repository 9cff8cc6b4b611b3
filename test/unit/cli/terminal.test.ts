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

it('a pipe that closes does not end what writes to it', async () => {
  const command = `"${process.execPath}" --input-type=module -e "$WRITER" | head -n 1`;
  const { stdout, stderr } = await promisify(execFile)('sh', ['-c', command], { env: { ...process.env, WRITER } });
  expect([stdout.length, stderr]).toEqual([201, 'went on']);
});
