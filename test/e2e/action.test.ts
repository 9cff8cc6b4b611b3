import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { RunView } from '../../src/domain/api/views.ts';
import { fakeGithub } from '../helpers/action/fake-github.ts';
import { job } from '../helpers/action/github-job.ts';
import { follow } from '../helpers/cli/follow.ts';
import { runCli } from '../helpers/cli.ts';
import { serve } from '../helpers/http/served-app.ts';
import { PREBUILT_CONFIG } from '../helpers/prebuilt-config.ts';
import { tempDirectory } from '../helpers/temp.ts';
import { eventually } from '../helpers/wait.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const EXAMPLE = join(ROOT, 'examples/draftgenie');

describe('the GitHub action', () => {
  it('deploys with the sources of the checkout and tells the runner what happened', async () => {
    const app = await serve();
    const { run, workspace } = await job(app);
    await cp(EXAMPLE, workspace, { recursive: true });
    const first = await run({ config: 'config.yaml', environment: 'production' });
    expect(first.exitCode, first.log).toBe(0);
    expect(first.outputs).toMatchObject({ status: 'succeeded', changed: 'true', 'failure-reason': '' });
    expect(first.outputs['run-id']).toMatch(/^production-/);
    expect(first.log).toContain(`::add-mask::${app.key}`);
    expect(first.log.replace(/::add-mask::.*/, '')).not.toContain(app.key);
    expect(first.log).toContain('::group::Deployment of production');
    expect(first.log).toContain('Uploading');
    expect(first.summary).toContain('### Deployment of production: succeeded');
    expect(first.summary).toMatch(/\| 14 \| verify\\_deployment \| run \| ✅ completed/);

    const second = await run({ config: 'config.yaml', environment: 'production' });
    expect(second.outputs).toMatchObject({ status: 'succeeded', changed: 'false' });
    expect(second.log).not.toContain('Uploading');
    expect(second.summary).toContain('Plan: 0 to run, 14 unchanged');
    for (const told of [second.log, second.summary.replaceAll('\\', '')]) expect(told).toContain('[postgresql_open]');
    expect(second.log).toMatch(/^::warning.*::PostgreSQL is open .*\[postgresql_open\]$/m);
  });

  it('annotates the file with every problem of a configuration', async () => {
    const { run, workspace } = await job(await serve());
    await writeFile(join(workspace, 'config.yaml'), PREBUILT_CONFIG.replace('redis: {}', 'redis: { sku: Huge }'));
    const result = await run({ config: 'config.yaml', source: '' });
    expect(result.exitCode).toBe(1);
    expect(result.outputs).toEqual({ 'failure-reason': 'config-invalid' });
    expect(result.log).toMatch(/::error file=config\.yaml,line=\d+,col=\d+::redis\.sku: /);
    await writeFile(join(workspace, 'config.yaml'), `${PREBUILT_CONFIG}\npostgres: {}\n`);
    expect((await run({ config: 'config.yaml', source: '' })).log).toMatch(/::error file=config\.yaml,.*::postgres: /);
    const allowed = await run({ config: 'config.yaml', source: '', options: 'allow-unknown-keys dry-run' });
    expect(allowed.exitCode, allowed.log).toBe(0);
    expect(allowed.log).toMatch(/::warning file=config\.yaml,line=\d+,col=1::postgres: unknown key, ignored/);
    expect((await run({ config: 'nothing.yaml' })).outputs).toEqual({ 'failure-reason': 'config-invalid' });
  });

  it('fails as locked while another run holds the environment, and waits when it is told to', async () => {
    const app = await serve({ args: ['--simulator-profile', 'realistic', '--simulator-speed', '100'] });
    const { run, workspace } = await job(app);
    await writeFile(join(workspace, 'config.yaml'), PREBUILT_CONFIG);
    const inputs = { config: 'config.yaml', source: '' };
    const first = await run({ ...inputs, wait: 'false' });
    expect(first.exitCode, first.log).toBe(0);
    const second = await run(inputs);
    expect(second.outputs).toEqual({ 'failure-reason': 'locked' });
    expect(second.log).toContain(first.outputs['run-id']);
    const third = await run({ ...inputs, options: 'auto-approve on-busy=wait' });
    expect(third.exitCode, third.log).toBe(0);
    expect(third.outputs).toMatchObject({ status: 'succeeded', changed: 'false' });
  });

  it('stops its run at the next safe point when the job is cancelled', async () => {
    const app = await serve({ args: ['--simulator-profile', 'realistic', '--simulator-speed', '150'] });
    const { run, workspace } = await job(app);
    await writeFile(join(workspace, 'config.yaml'), PREBUILT_CONFIG);
    const cancelled = await run({ config: 'config.yaml', source: '' }, (log) =>
      log.includes('create_databases started'),
    );
    expect(cancelled.exitCode, cancelled.log).toBe(1);
    const view = await app.ended(cancelled.outputs['run-id'] ?? '');
    expect(view).toMatchObject({ status: 'cancelled', cancelRequested: true });
    expect(view.executed).not.toContain('deploy_infrastructure_services');
  });

  it('fails as rejected when somebody rejects the plan', async () => {
    const app = await serve();
    const { run, workspace } = await job(app);
    await writeFile(join(workspace, 'config.yaml'), PREBUILT_CONFIG);
    const inputs = { config: 'config.yaml', source: '', options: '' };
    const started = await run({ ...inputs, wait: 'false' });
    const runId = started.outputs['run-id'] ?? '';
    expect(started.exitCode, started.log).toBe(0);
    expect(runId).toMatch(/^default-/);
    // While it plans it holds the environment; as long as it waits for the decision, others may plan.
    await eventually(async () => {
      const { body } = await app.request('GET', `/api/deployments/${runId}`);
      return (body as RunView).pendingApproval === null ? undefined : body;
    });
    let log = '';
    const waiting = run(inputs, (logged) => {
      log = logged;
      return false;
    });
    const told = await eventually(async () => (log.includes('Waiting for an approval') ? log : undefined));
    const rejected = await follow(
      'action/conclude: approve --plan --remote',
      told,
      (words) => runCli(workspace, words, { env: { DRAFTGENIE_KEY: app.key } }),
      ['--reject'],
    );
    expect(rejected.exitCode, rejected.stderr).toBe(0);
    const result = await waiting;
    expect(result.exitCode).toBe(1);
    expect(result.outputs).toMatchObject({ status: 'rejected', 'failure-reason': 'rejected' });
  });
});

describe('the GitHub action on a pull request', () => {
  it('writes its plan into one comment, keeps it as files, and carries out only the one that was approved', async () => {
    const app = await serve();
    const mark = '<!-- draftgenie-deploy default -->';
    // Somebody who wrote the mark is not taken for an earlier job.
    const github = await fakeGithub([{ id: 1, user: { type: 'User' }, body: `${mark} mine` }]);
    const event = join(await tempDirectory(), 'event.json');
    await writeFile(event, JSON.stringify({ pull_request: { number: 7 } }));
    const { run, workspace } = await job(app, {
      GITHUB_API_URL: github.api,
      GITHUB_REPOSITORY: 'o/r',
      GITHUB_EVENT_PATH: event,
    });
    await writeFile(join(workspace, 'config.yaml'), PREBUILT_CONFIG);
    const inputs = { config: 'config.yaml', source: '', comment: 'true', 'github-token': github.token };

    const planned = await run({ ...inputs, options: 'dry-run' });
    expect(planned.exitCode, planned.log).toBe(0);
    const digest = planned.outputs['plan-digest'] ?? '';
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(planned.outputs['cost-change']).toMatch(/^\d+\.\d\d USD$/);
    const files = planned.outputs['plan-files'] ?? '';
    expect(JSON.parse(await readFile(join(files, 'plan.json'), 'utf8'))).toMatchObject({ digest });
    expect(await readFile(join(files, 'plan.txt'), 'utf8')).toContain('to run');
    expect(github.comments.map(({ body }) => body)).toEqual([
      `${mark} mine`,
      expect.stringMatching(
        /^<!-- draftgenie-deploy default -->\n### Deployment of default: succeeded[\s\S]*Plan: \d+ to run/,
      ),
    ]);

    const other = await run({ ...inputs, 'plan-digest': 'f'.repeat(64) });
    expect(other.outputs).toMatchObject({ status: 'rejected', changed: 'false', 'failure-reason': 'plan-changed' });
    expect(other.log).toContain(`it is ${digest} now`);
    const approved = await run({ ...inputs, 'plan-digest': digest });
    expect(approved.exitCode, approved.log).toBe(0);
    expect(approved.outputs).toMatchObject({ status: 'succeeded', changed: 'true', 'failure-reason': '' });
    expect(github.comments).toHaveLength(2);
    expect(github.comments[1]?.body).toMatch(/\| 14 \| verify\\_deployment \| run \| ✅ completed/);
    for (const { log } of [planned, other, approved]) {
      expect(log.replace(/::add-mask::.*/g, '')).not.toContain(github.token);
    }
  });

  it('is not held up by a comment that it may not write', async () => {
    const app = await serve();
    const github = await fakeGithub();
    const event = join(await tempDirectory(), 'event.json');
    await writeFile(event, JSON.stringify({ pull_request: { number: 7 } }));
    const variables = { GITHUB_API_URL: github.api, GITHUB_REPOSITORY: 'o/r', GITHUB_EVENT_PATH: event };
    const { run, workspace } = await job(app, variables);
    await writeFile(join(workspace, 'config.yaml'), PREBUILT_CONFIG.replace('westeurope', 'atlantis'));
    const inputs = { config: 'config.yaml', source: '', comment: 'true', 'github-token': 'another' };
    const failed = await run(inputs);
    expect(failed.outputs).toMatchObject({ status: 'failed', 'failure-reason': 'run-failed' });
    expect(failed.log).toMatch(/::warning::The plan could not be written on the pull request: GitHub answered 401\./);
    expect(failed.log).toMatch(/::error::The run ended as failed\. .*atlantis/);
    expect(failed.summary).toContain('atlantis');
  });
});
