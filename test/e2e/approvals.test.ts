import { PassThrough } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import type { Streams } from '../../src/cli/terminal.ts';
import { createSandbox } from '../helpers/cli.ts';
import { serve } from '../helpers/http/served-app.ts';
import { until } from '../helpers/wait.ts';

const CONFIG = ['--config', 'app/config.yaml'];
const SIMULATE = [...CONFIG, '--simulate', '--simulator-profile', 'instant'];

/** The command line in this process, before a screen that the test reads and types on. */
function onScreen(directory: string, args: readonly string[]) {
  const before = process.cwd();
  process.chdir(directory);
  onTestFinished(() => process.chdir(before));
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  let text = '';
  stdout.on('data', (piece) => {
    text += String(piece);
  });
  const terminal: Streams = { stdin, stdout, stderr: stdout, screen: stdout, interactive: true };
  const ended = runCli(args, terminal);
  return { type: (line: string) => stdin.write(`${line}\n`), text: () => text, ended };
}

const QUESTION = 'a month)? Only "yes" is accepted:';

describe('a run that is not approved beforehand', () => {
  it.each([
    ['yes', 0, /succeeded: 14 executed/],
    ['no', 3, /rejected: 0 executed/],
  ])('on a served app asks here with the plan on screen; %s exits with %i', async (answer, exitCode, told) => {
    const app = await serve();
    const sandbox = await createSandbox();
    // The key is typed in: it stands neither among the arguments nor on the screen.
    const screen = onScreen(sandbox.directory, [...CONFIG, '--remote', app.url]);
    await until(() => screen.text().includes('Access key of the app:'));
    screen.type(app.key);
    await until(() => screen.text().includes(QUESTION));
    expect(screen.text()).toContain('Plan: 14 to run, 0 unchanged');
    screen.type(answer);
    expect(await screen.ended, screen.text()).toBe(exitCode);
    expect(screen.text()).toMatch(told);
    expect(screen.text()).not.toContain(app.key);
  });

  it('on this machine can be approved from another terminal', async () => {
    const sandbox = await createSandbox();
    const screen = onScreen(sandbox.directory, SIMULATE);
    await until(() => screen.text().includes(QUESTION));
    const [run] = (await sandbox.run(['runs', '--output', 'json'])).events;
    const runId = String(run?.runId);
    const status = await sandbox.run(['status', runId, '--output', 'json']);
    expect(status.events[0]).toMatchObject({ type: 'run', status: 'waiting_for_approval' });
    const digest = String(status.events[0]?.pendingApproval);
    const shown = await sandbox.run(['status', runId]);
    expect(shown.stdout).toMatch(new RegExp(`cli\\.js approve ${runId} --plan ${digest}`));
    const approved = await sandbox.run(['approve', runId, '--plan', digest, '--comment', 'looks right']);
    expect(approved.exitCode, approved.stderr).toBe(0);
    expect(await screen.ended, screen.text()).toBe(0);
    expect(screen.text()).toContain('Decided elsewhere: approve');
    expect((await sandbox.run(['status', runId])).stdout).toMatch(/Plan approved by .*: looks right/);
    // Whoever lost the answer gets it again.
    expect((await sandbox.run(['approve', runId, '--plan', digest])).exitCode).toBe(0);
    const late = await sandbox.run(['approve', runId, '--plan', digest, '--reject']);
    expect(late.stderr).toContain('has ended: succeeded');
    expect(late.exitCode).toBe(1);
  });
});
