import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { follow } from '../../helpers/cli/follow.ts';
import {
  application,
  CONFIRMED,
  changeCloud,
  expectDone,
  FILE,
  INSTANT,
  place,
  service,
  YES,
} from '../../helpers/cli/told-place.ts';
import { type CliOptions, type CliResult, runCli } from '../../helpers/cli.ts';
import { tempDirectory } from '../../helpers/temp.ts';

describe('a command that is printed works as it is printed', () => {
  it('before a first deployment, after it, and after one that failed', async () => {
    const { write, say, run, deploy, summary, state } = await place(
      application(service('web'), 'cost: { limit: 1 }\n'),
    );
    const asking = await say(['deploy']);
    expectDone(asking, 64);
    expect(expectDone(await follow('cli/prompts: plan', asking.stderr, run), 1).stdout).toContain('14');

    const dear = expectDone(await deploy(), 1);
    const cost = expectDone(await follow('domain/cost/accepted-cost: cost', dear.stdout + dear.stderr, run));
    expect(cost.stdout).toContain('a month');

    await write(application(service('web')).replace('westeurope', 'atlantis'));
    const failed = expectDone(await deploy(), 1);
    const told = await summary();
    expect(expectDone(await follow('cli/render/run-files: logs', told, run)).stdout).toContain('atlantis');
    await write(application(service('web')));
    expectDone(await follow('cli/commands/deploy: deploy', failed.stderr, run));
    expectDone(await follow('cli/render/run-files: deploy --resume', told, run, YES));

    const first = await summary();
    expectDone(await follow('cli/render/run-files: status', first, run));
    expectDone(await follow('cli/render/run-files: drift', first, run));
    // There is no release before the first.
    expect(first).not.toContain('rollback');

    await write(application(service('web', 'nginx:1.28')));
    expectDone(await deploy());
    expectDone(await follow('cli/render/run-files: rollback', await summary(), run, YES));
    expect(await state()).toContain('nginx:1.27');
  });

  it('about a state: what was left behind, who holds it, and what cannot be read', async () => {
    const { write, say, run, deploy, state, changeState } = await place(
      application(['web', 'old', 'older'].map((name) => service(name)).join('')),
    );
    expectDone(await deploy());
    await write(application(service('web')));
    expectDone(await deploy());
    const status = (await say(['status'])).stdout;
    expectDone(await follow('cli/render/left-behind-text: destroy --left-behind', status, run, CONFIRMED));
    const less = (await say(['status'])).stdout;
    expect(less.match(/remove it:/g)).toHaveLength((status.match(/remove it:/g)?.length ?? 0) - 1);
    expectDone(await follow('cli/render/left-behind-text: state forget', less, run));
    expect((await say(['status'])).stdout).not.toContain('remove it:');

    const unknown = expectDone(await say(['status', 'staging-01HZZZZZZZZZZZZZZZZZZZZZZZ']), 64);
    expect(expectDone(await follow('runs/known-run: runs', unknown.stderr, run)).stdout).toContain('succeeded');

    const lock = {
      ...{ runId: 'staging-01M8434Z00VB7SSV72CDKWWDXY', holder: 'ci@elsewhere', engine: 'functions:x', fence: 99 },
      ...{ acquiredAt: '2026-01-01T00:00:00.000Z', step: 'create_databases', wakeBy: '2999-01-01T00:00:00.000Z' },
    };
    await changeState((text) => JSON.stringify({ ...(JSON.parse(text) as object), lock, fence: 99 }));
    const locked = expectDone(await deploy('--force-all'), 75);
    expectDone(await follow('state/lock: state unlock', locked.stderr, run, YES));
    expect(await state()).toContain('"lock": null');

    await write(application(service('web'), 'cost: { limit: 1 }\n'));
    const reset = expectDone(await say(['--reset-state', ...YES]));
    expect(JSON.parse(await state())).toMatchObject({ steps: {} });
    const dear = await follow('cli/commands/state: deploy --reset-state', reset.stderr, run, YES);
    expect(dear.stdout + dear.stderr).toContain('cost_over_limit');

    await changeState((text) => text.slice(0, -20));
    const torn = await say(['status']);
    expectDone(await follow('state/parse-state: state reset', torn.stderr, run, YES));
    expectDone(await say(['status']));
  });

  it('to go on with a run that was left: a rollback, a repair, a deletion', async () => {
    const { write, say, run, deploy, directory } = await place(application(service('web')));
    const leave: CliOptions = {
      when: [
        { printed: /▶|is being deleted|Plan: /, act: (pid) => process.kill(pid, 'SIGINT') },
        { printed: /Nothing new is started/, act: (pid) => process.kill(pid, 'SIGINT') },
      ],
    };
    expectDone(await deploy());
    await write(application(service('web', 'nginx:1.28')));
    expectDone(await deploy());
    const back = await say(['rollback', ...YES, '--output', 'plain'], leave);
    expect([4, 130], back.stdout + back.stderr).toContain(back.exitCode);
    expectDone(await follow('cli/commands/rollback: rollback', back.stderr, run));

    await changeCloud(directory, (cloud) => cloud.replaceAll('"nginx:1.27"', '"nginx:by-hand"'));
    const repair = await say(['drift', '--fix', ...YES, '--output', 'plain'], leave);
    expect([4, 130], repair.stdout + repair.stderr).toContain(repair.exitCode);
    expectDone(await follow('cli/commands/drift: drift --fix', repair.stderr, run));

    const deletion = await say(['destroy', '--confirm', 'staging', '--output', 'plain'], leave);
    expect([4, 130], deletion.stdout + deletion.stderr).toContain(deletion.exitCode);
    expectDone(await follow('cli/commands/destroy: destroy', deletion.stderr, run));
    expect((await say(['status'])).stdout).toContain('Deleted at');
  });

  it('while another deployment is under way here', async () => {
    const { directory, say, run } = await place(application(service('web'), 'postgresql: {}\n'));
    const told = Promise.withResolvers<void>();
    const slow = ['--config', FILE, '--environment', 'staging', '--simulate', '--simulator-speed', '100'];
    const first = runCli(directory, ['deploy', ...YES, '--output', 'plain', ...slow], {
      when: [{ printed: /6\/14 create_databases/, act: () => told.resolve() }],
    });
    await told.promise;
    const second = expectDone(await say(['deploy', ...YES]), 75);
    expectDone(await follow('cli/local/engine: cancel', second.stderr, run));
    expect((await first).exitCode).toBe(4);
  });

  it('before there is a configuration, and once there is one', async () => {
    const directory = await tempDirectory();
    const run = (words: readonly string[]): Promise<CliResult> => runCli(directory, words);
    await writeFile(join(directory, 'compose.yaml'), 'services: { web: { image: nginx, ports: ["80:80"] } }\n');
    const compose = expectDone(await run(['plan', '--config', 'compose.yaml', '--simulate']), 64);
    const made = expectDone(await follow('cli/load-config: init --from', compose.stderr, run, ['--yes']));
    const instant = INSTANT.slice(1);
    const text = await readFile(join(directory, 'config.yaml'), 'utf8');
    const schema = expectDone(await follow('cli/init/init: config schema', text, run));
    expect(JSON.parse(schema.stdout)).toHaveProperty('properties.services');
    expectDone(await follow('cli/init/report: plan --simulate', made.stdout, run, instant));
    expectDone(await follow('cli/init/report: deploy --simulate', made.stdout, run, [...instant, ...YES]));
    const again = await run(['init', '--yes']);
    const already = again.stdout + again.stderr;
    // On Azure it asks for an account.
    expectDone(await follow('cli/init/init: plan --config', already, run, ['--simulate', ...instant]));
  });
});
