import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../src/shared/error-codes.ts';
import { follow } from '../../helpers/cli/follow.ts';
import { runInProcess } from '../../helpers/cli/in-process.ts';
import {
  application,
  CONFIRMED,
  changeCloud,
  expectDone,
  FILE,
  INSTANT,
  PLACE,
  place,
  service,
  YES,
} from '../../helpers/cli/told-place.ts';
import type { CliOptions, CliResult } from '../../helpers/cli.ts';

/** What is said of an error in general, of which nobody can know what it is about. */
async function explained(code: ErrorCode): Promise<string> {
  return (await runInProcess(['explain', code])).stdout;
}

/** Killed, as soon as that is printed. */
const killedAt = (printed: RegExp): CliOptions => ({
  when: [{ printed, act: (pid) => process.kill(pid, 'SIGKILL') }],
});

describe('a command that is printed about a deployment works as it is printed', () => {
  it('in general, of runs and of the state', async () => {
    const { write, run, deploy, state } = await place(
      application(service('web'), 'drift: { schedule: "0 0 6 * * *" }\n'),
    );
    const deployed = expectDone(await deploy());
    const told = deployed.stdout + deployed.stderr;
    expectDone(await follow('cli/local/local-stack: drift', told, run));
    await write(application(service('web', 'nginx:1.28')));
    expectDone(await deploy());

    const listed = await follow('shared/error-codes/run: runs', await explained('run_unknown'), run, PLACE);
    const first =
      expectDone(listed)
        .stdout.match(/staging-[0-9A-Z]{26}/g)
        ?.at(-1) ?? '';
    const ofThatRun = (words: readonly string[]): Promise<CliResult> =>
      run(words.map((word) => (word === 'RUN' ? first : word)));
    const logged = await follow('shared/error-codes/run: logs', await explained('plan_missing'), ofThatRun, PLACE);
    expect(expectDone(logged).stdout).toContain('verify_deployment');
    const back = [...PLACE, ...YES];
    expectDone(
      await follow('shared/error-codes/run: rollback --to', await explained('drift_unsettled'), ofThatRun, back),
    );
    expect(await state()).toContain('nginx:1.27');

    const status = await follow('shared/error-codes/run: status', await explained('run_ended'), run, PLACE);
    expect(expectDone(status).stdout).toMatch(/Last run \S+: succeeded/);
    expectDone(await follow('shared/error-codes/run: drift', await explained('nothing_to_repair'), run, PLACE));
    const cost = await follow('shared/error-codes/run: cost', await explained('cost_over_limit'), run, PLACE);
    expect(expectDone(cost).stdout).toContain('a month');
    const unlocked = await follow(
      'shared/error-codes/state: state unlock',
      await explained('state_locked'),
      run,
      PLACE,
    );
    expect(expectDone(unlocked).stdout).toContain('not locked');
    const reset = [...PLACE, ...YES];
    expectDone(await follow('shared/error-codes/state: state reset', await explained('state_corrupt'), run, reset));
    expect(JSON.parse(await state())).toMatchObject({ steps: {} });
  });

  it('where somebody changed or deleted something, where it would be refused, and where it is to go', async () => {
    const { write, say, run, deploy, directory } = await place(application(service('web')));
    expectDone(await deploy());
    await changeCloud(directory, (cloud) => cloud.replaceAll('"nginx:1.27"', '"nginx:by-hand"'));
    const changed = expectDone(await say(['status'])).stdout;
    const drift = expectDone(await follow('cli/render/services-text: drift', changed, run), 2);
    expect(drift.stdout).toContain('nginx:by-hand');
    // Where it was deployed to is known, also to whoever forgets to say it.
    const forgotten = expectDone(await run(['status', '--config', FILE, '--environment', 'staging']));
    expect(forgotten.stderr).toContain('as with --simulate');
    expect(forgotten.stdout).toMatch(/see \S.* drift .*--simulate/);

    await write(application(service('web')).replace('westeurope', 'northeurope'));
    const examined = expectDone(await say(['doctor']), 1).stdout;
    const refused = expectDone(await follow('doctor/deployment: plan', examined, run), 1);
    expect(refused.stdout).toContain('northeurope');
    await write(application(service('web')));

    await changeCloud(directory, (cloud) => without(cloud, '/microsoft.app/containerapps/'));
    const gone = expectDone(await say(['logs', '--service', 'web']), 1);
    expect(expectDone(await follow('logs/service-logs: status', gone.stderr, run)).stdout).toMatch(/web +missing/);
    const general = await explained('service_gone');
    expectDone(await follow('shared/error-codes/resources: status', general, run, PLACE));

    // The vault holds data, and a consent to anything is no confirmation of that.
    const unconfirmed = expectDone(await say(['destroy', ...YES]), 1);
    expectDone(await follow('cli/commands/destroy: destroy', unconfirmed.stderr, run));
    expect((await say(['status', '--offline'])).stdout).toContain('Deleted at');
  });

  it('where the state was lost, and something differs from what it would say', async () => {
    const { run, deploy, directory } = await place(application(service('web')));
    expectDone(await deploy());
    for (const name of await readdir(directory)) {
      if (name.startsWith('.azure-deployment-state')) await rm(join(directory, name));
    }
    await rm(join(directory, '.draftgenie-deploy/staging'), { recursive: true });
    await changeCloud(directory, (cloud) => without(cloud, '/roleassignments/'));
    const imported = expectDone(await run(['import', 'told-rg', ...INSTANT])).stdout;
    expectDone(await follow('cli/import/told: deploy', imported, run, YES));
  });

  it('where a rollback or a deletion was left half done, and a repair is asked for', async () => {
    const { write, say, run, deploy, directory, state } = await place(application(service('web')));
    expectDone(await deploy());
    await write(application(service('web', 'nginx:1.28')));
    expectDone(await deploy());
    await changeCloud(directory, (cloud) => cloud.replaceAll('"nginx:1.28"', '"nginx:by-hand"'));
    const plain = ['--output', 'plain'];
    await say(['rollback', ...YES, ...plain], killedAt(/✓ 1[012]\/14 \S+ completed/));
    const unclear = expectDone(await say(['drift', '--fix', ...YES]), 1).stderr;
    expectDone(await follow('planning/drift/prepare-repair: rollback --to', unclear, run, YES));
    expect(await state()).toContain('nginx:1.27');

    await say(['destroy', ...CONFIRMED, ...plain], killedAt(/✓ \S+ deleted/));
    const half = expectDone(await say(['drift', '--fix', ...YES]), 1).stderr;
    expectDone(await follow('planning/drift/prepare-repair: destroy', half, run, CONFIRMED));
    expect((await say(['status', '--offline'])).stdout).toContain('Deleted at');
  });
});

/** @param cloud as the simulator keeps it @param of part of the ids of what somebody deleted in it */
function without(cloud: string, of: string): string {
  const { resources, ...rest } = JSON.parse(cloud) as { readonly resources: Readonly<Record<string, unknown>> };
  const others = Object.entries(resources).filter(([id]) => !id.includes(of));
  return JSON.stringify({ ...rest, resources: Object.fromEntries(others) });
}
