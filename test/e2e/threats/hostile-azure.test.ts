import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSandbox } from '../../helpers/cli.ts';
import { simulatedAzure } from '../../helpers/http/simulated-azure.ts';

const DEPLOY = ['--config', 'app/config.yaml', '--auto-approve', '--output', 'plain'];

/** A title, a cleared screen, lines that look like ours, and commands for runners. */
const WORDS = [
  'no\u001b]0;title\u0007\u001b[2J\u009b1m',
  '✓ 14/14 verify_deployment completed in 1 s',
  'Run default-1 succeeded: 14 executed, 0 skipped, 0 failed',
  '::set-output name=a::b',
  '  ::add-mask::deployed',
  '##[error]x ##vso[task.complete]',
  'failed\rsucceeded',
].join('\n');

/** What no text of others may look like, on a terminal and in the log of a runner. */
function obeyed(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => /^\s*::[a-z]|##(vso)?\[|^✓ 14\/14|^Run \S+ succeeded/i.test(line));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return [...(text.match(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g) ?? []), ...lines];
}

describe('an Azure that means harm', () => {
  it('has its words shown, and not obeyed: on the terminal, in the log of a runner, and in every file', async () => {
    const { simulator, run } = await simulatedAzure();
    const error = { error: { code: 'Refused\u001b[31m', message: WORDS } };
    simulator.addFault({
      match: { method: 'PUT', path: 'Microsoft.KeyVault/vaults/[^/]+$' },
      fault: { kind: 'status', status: 400, body: JSON.stringify(error) },
    });
    const sandbox = await createSandbox();
    const { exitCode, stdout, stderr } = await run(sandbox, DEPLOY, { GITHUB_ACTIONS: 'true' });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('no\\u001b]0;title');
    expect(obeyed(stdout + stderr)).toEqual([]);
    const files = (await readdir(sandbox.directory)).filter((name) => /\.(log|md)$/.test(name));
    expect(files).toHaveLength(2);
    for (const file of files) {
      const text = await readFile(join(sandbox.directory, file), 'utf8');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
      expect(text.match(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g), file).toBeNull();
    }
    const events = await run(sandbox, ['logs', '--output', 'json'], { GITHUB_ACTIONS: 'true' });
    expect(obeyed(events.stdout)).toEqual([]);
    const told = events.events.find(({ type }) => type === 'step_failed');
    expect(told?.message).toContain('##[error]x');
  });

  it('may leave a question without an answer: it is asked again, and the plan is made', async () => {
    const { simulator, run } = await simulatedAzure();
    simulator.addFault({ match: { method: 'GET', path: '^/subscriptions$' }, nth: 1, fault: { kind: 'silence' } });
    const { exitCode, stdout, stderr } = await run(await createSandbox(), ['plan', '--config', 'app/config.yaml']);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toContain('Plan: 14 to run');
    expect(simulator.faultsMet()).toBe(1);
  });
});
