import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSandbox } from '../../helpers/cli.ts';
import { simulatedAzure } from '../../helpers/http/simulated-azure.ts';
import { controlsIn, HOSTILE_LINES, obeyedIn } from '../../helpers/threats/obeyed.ts';

const DEPLOY = ['--config', 'app/config.yaml', '--auto-approve', '--output', 'plain'];

describe('an Azure that means harm', () => {
  it('has its words shown, and not obeyed: on the terminal, in the log of a runner, and in every file', async () => {
    const { simulator, run } = await simulatedAzure();
    const error = { error: { code: 'Refused\u001b[31m', message: HOSTILE_LINES.join('\n') } };
    simulator.addFault({
      match: { method: 'PUT', path: 'Microsoft.KeyVault/vaults/[^/]+$' },
      fault: { kind: 'status', status: 400, body: JSON.stringify(error) },
    });
    const sandbox = await createSandbox();
    const { exitCode, stdout, stderr } = await run(sandbox, DEPLOY, { GITHUB_ACTIONS: 'true' });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('no\\u001b]0;title');
    expect(obeyedIn(stdout + stderr)).toEqual([]);
    const files = (await readdir(sandbox.directory)).filter((name) => /\.(log|md)$/.test(name));
    expect(files).toHaveLength(2);
    for (const file of files) {
      const text = await readFile(join(sandbox.directory, file), 'utf8');
      expect(controlsIn(text), file).toEqual([]);
    }
    const events = await run(sandbox, ['logs', '--output', 'json'], { GITHUB_ACTIONS: 'true' });
    expect(obeyedIn(events.stdout)).toEqual([]);
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

  it('is told of while it does not answer, on standard error: what is being done before anything is known', async () => {
    const { simulator, run } = await simulatedAzure();
    simulator.addFault({ match: { method: 'GET', path: '^/subscriptions$' }, fault: { kind: 'silence' } });
    const told = /^Reading the configuration and planning on Azure…$/m;
    const { stdout, waits, signal } = await run(
      await createSandbox(),
      ['plan', '--config', 'app/config.yaml'],
      {},
      {
        when: [{ printed: told, act: (pid) => process.kill(pid, 'SIGTERM') }],
      },
    );
    expect([stdout, signal]).toEqual(['', 'SIGTERM']);
    expect(waits.join('')).toMatch(told);
  });
});
