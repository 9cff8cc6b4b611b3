import { describe, expect, it } from 'vitest';
import { createSandbox } from '../../helpers/cli.ts';
import { deployWithCanaries, failMigration } from '../../helpers/secret-canary.ts';
import { controlsIn, HOSTILE_LINES, obeyedIn } from '../../helpers/threats/obeyed.ts';

const PLAIN = ['--simulator-profile', 'instant', '--output', 'plain'];

describe('a container that means harm', () => {
  it('has what it prints shown, and not obeyed: while it is deployed, in its logs, and in the log file', async () => {
    const sandbox = await createSandbox();
    await failMigration(sandbox, [...HOSTILE_LINES, 'the end']);
    const env = { GITHUB_ACTIONS: 'true' };
    const failed = await deployWithCanaries(sandbox, PLAIN, { env });
    expect(failed.exitCode).toBe(1);
    const told = await sandbox.run(['status', '--config', 'app/template.yaml'], { env });
    const logs = await sandbox.run(['logs', '--config', 'app/template.yaml'], { env });
    for (const { stdout, stderr } of [failed, told, logs]) expect(obeyedIn(stdout + stderr)).toEqual([]);
    expect(failed.stdout).toContain('no\\u001b]0;title');
    expect(logs.stdout).toContain('the end');
    expect(controlsIn(await sandbox.read('azure-deployment-v1.log'))).toEqual([]);
  });
});
