import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { shellWords } from '../../src/cli/shell-words.ts';
import { type CliResult, createSandbox, type Sandbox } from '../helpers/cli.ts';
import { COMMAND_LINE } from '../helpers/product/command-line.ts';

const SLOW = [
  '--config',
  'app/config.yaml',
  '--simulate',
  '--simulator-speed',
  '150',
  '--auto-approve',
  '--output',
  'json',
];

const MID_RUN = /"step_started","step":"create_databases"/;

function interrupt(pid: number): void {
  process.kill(pid, 'SIGINT');
}

function runIds(result: CliResult): readonly unknown[] {
  return [...new Set(result.events.map(({ runId }) => runId))];
}

async function expectWhole(sandbox: Sandbox): Promise<CliResult> {
  const result = await sandbox.run(SLOW);
  expect(result.exitCode, result.stderr).toBe(0);
  expect(result.events.at(-1)).toMatchObject({ type: 'run_completed', status: 'succeeded' });
  return result;
}

describe('Ctrl+C', () => {
  it('once: starts nothing new, follows what runs, gives the lock back; the next run does the rest', async () => {
    const sandbox = await createSandbox();
    const first = await sandbox.run(SLOW, {
      when: [{ printed: MID_RUN, act: interrupt }],
    });
    expect(first.exitCode, first.stderr).toBe(4);
    expect(first.stderr).toContain('--resume');
    const last = first.events.at(-1) as unknown as { status: string; executed: string[]; failed: string[] };
    expect(last).toMatchObject({ status: 'cancelled', failed: [] });
    expect(last.executed).toContain('create_databases');
    expect(last.executed).not.toContain('deploy_infrastructure_services');
    expect((await sandbox.state()).lock).toBeNull();
    const second = await expectWhole(sandbox);
    expect(second.events.at(-1)).toMatchObject({ skipped: expect.arrayContaining(['create_databases']) });
  });

  it('twice: leaves at once with 130, and the next command goes on with the same run', async () => {
    const sandbox = await createSandbox();
    const first = await sandbox.run(SLOW, {
      when: [
        // Nothing runs beside the migrations, so nothing stops between the two.
        { printed: /"step_started","step":"run_migrations"/, act: interrupt },
        { printed: /Nothing new is started/, act: interrupt },
      ],
    });
    expect(first.exitCode, first.stderr).toBe(130);
    const second = await expectWhole(sandbox);
    expect(runIds(second)).toEqual(runIds(first));
  });
});

it('a pipe that closes is a Ctrl+C: what runs is followed to its end, and nothing is told of it', async () => {
  const sandbox = await createSandbox();
  const command = shellWords(['node', COMMAND_LINE, ...SLOW]);
  const { stdout, stderr } = await promisify(execFile)('sh', ['-c', `${command} | head -n 1`], {
    cwd: sandbox.directory,
  });
  expect(stdout.trim().split('\n')).toHaveLength(1);
  expect(stderr).not.toMatch(/EPIPE|^ +at /m);
  expect((await sandbox.state()).lock).toBeNull();
  const runs = await sandbox.run(['runs', '--config', 'app/config.yaml']);
  expect(runs.stdout).toContain('cancelled');
});

describe('Ctrl+C twice when steps have stopped already', () => {
  it('leaves a run that cannot go on; the next command starts another, which does the rest', async () => {
    const sandbox = await createSandbox();
    const first = await sandbox.run(SLOW, {
      when: [
        { printed: MID_RUN, act: interrupt },
        { printed: /not started: the run was cancelled/, act: interrupt },
      ],
    });
    expect(first.exitCode, first.stderr).toBe(130);
    const second = await expectWhole(sandbox);
    expect(runIds(second)).not.toEqual(runIds(first));
    expect((await sandbox.state()).lock).toBeNull();
  });
});

describe('another run beside the first', () => {
  it.each([
    ['a deployment', SLOW],
    ['a deletion', ['destroy', ...SLOW.slice(0, 5), '--confirm', 'default', '--output', 'json']],
  ])('is refused with 75 and told who holds the environment, since when and at which step: %s', async (_, args) => {
    const sandbox = await createSandbox();
    let beside: Promise<CliResult> | undefined;
    const first = await sandbox.run(SLOW, {
      when: [
        {
          printed: MID_RUN,
          act() {
            beside = sandbox.run(args);
          },
        },
      ],
    });
    const second = await beside;
    expect(first.exitCode, first.stderr).toBe(0);
    expect(second?.exitCode).toBe(75);
    expect(second?.stderr).toContain(String(runIds(first)[0]));
    expect(second?.stderr).toMatch(/since \d{4}-.* at [a-z_]+/);
  });

  it('can cancel it from outside', async () => {
    const sandbox = await createSandbox();
    let beside: Promise<CliResult> | undefined;
    const first = await sandbox.run(SLOW, {
      when: [
        {
          printed: MID_RUN,
          act() {
            beside = sandbox.run(['cancel', '--config', 'app/config.yaml']);
          },
        },
      ],
    });
    expect((await beside)?.exitCode).toBe(0);
    expect(first.exitCode, first.stderr).toBe(4);
  });
});
