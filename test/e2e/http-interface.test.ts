import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../src/domain/api/problem.ts';
import type { EnvironmentView, RunPage, RunView } from '../../src/domain/api/views.ts';
import { createSandbox, runCli } from '../helpers/cli.ts';

import { exampleConfig, prebuiltConfig } from '../helpers/example-config.ts';
import { filesBelow } from '../helpers/files.ts';
import { readEventStream } from '../helpers/http/event-stream.ts';
import { type ApiAnswer, SERVED_SECRET, type ServedApp, serve } from '../helpers/http/served-app.ts';
import { eventually } from '../helpers/wait.ts';

async function upload(app: ServedApp, name: string, text: string): Promise<void> {
  const container = BlobServiceClient.fromConnectionString(app.storage).getContainerClient('deployment-configs');
  await container.createIfNotExists();
  await container.getBlockBlobClient(name).upload(text, Buffer.byteLength(text));
}

async function runsOf(app: ServedApp, environment: string): Promise<RunPage['runs']> {
  const { body } = await app.request('GET', `/api/environments/${environment}/deployments?limit=100`);
  return (body as RunPage).runs;
}

describe('a served app', () => {
  it('is started, followed, approved and asked with plain HTTP', async () => {
    const app = await serve();
    const body = `${await prebuiltConfig('one')}\ncost: {limit: 1}\n`;
    const headers = { 'idempotency-key': 'build-1' };
    const started = await app.deploy('production', { body, headers, query: '' });
    expect(started.status, started.text).toBe(202);
    const run = started.body as RunView;
    expect(started.headers.get('location')).toBe(`/api/deployments/${run.runId}`);
    expect((await app.deploy('production', { body, headers, query: '' })).body).toMatchObject({ runId: run.runId });
    expect((await app.deploy('production', { body, headers, query: 'forceAll=true' })).status).toBe(422);

    const waiting = await eventually(async () => {
      const view = (await app.request('GET', `/api/deployments/${run.runId}`)).body as RunView;
      return view.pendingApproval ? view : undefined;
    });
    expect(waiting.status).toBe('waiting_for_approval');
    const decide = (more: object) =>
      app.request('POST', `/api/deployments/${run.runId}/approval`, {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          ...{ planDigest: waiting.pendingApproval, decision: 'approve', comment: 'looks right' },
          ...more,
        }),
      });
    expect(await decide({})).toMatchObject({ status: 409, body: { code: 'cost_over_limit' } });
    const approved = await decide({ acceptCost: true });
    expect(approved.status, approved.text).toBe(202);

    const followed = await readEventStream(app, run.runId);
    const stored = (await app.request('GET', `/api/deployments/${run.runId}/events`)).text.trim().split('\n');
    expect(followed.map((event) => JSON.stringify(event))).toEqual(stored);
    expect(followed.at(-1)).toMatchObject({ type: 'run_completed', status: 'succeeded' });

    const ended = await app.ended(run.runId);
    expect(ended.steps.every(({ status }) => status === 'completed')).toBe(true);
    expect(ended.decisions).toMatchObject([{ decision: 'approve', comment: 'looks right' }]);
    const environment = (await app.request('GET', '/api/environments/production')).body as EnvironmentView;
    expect(environment).toMatchObject({ lastRun: { runId: run.runId, status: 'succeeded' }, lock: null });

    const again = (await app.deploy('production', { body })).body as RunView;
    const noop = await app.ended(again.runId);
    expect(noop).toMatchObject({ status: 'succeeded', executed: [] });
    expect(noop.skipped).toHaveLength(14);
  });

  it('keeps secrets in the vault: they are in no file of journal, storage and logs', async () => {
    const app = await serve();
    const { runId } = (await app.deploy('production', { body: await prebuiltConfig('vault') })).body as RunView;
    expect(await app.ended(runId)).toMatchObject({ status: 'succeeded' });
    await app.stop();
    const holding = (secret: string): readonly string[] =>
      filesBelow(app.directory).filter((path) => readFileSync(path).includes(secret));
    // The simulator is the vault here.
    expect(holding(SERVED_SECRET).filter((path) => !path.includes('/simulator/'))).toEqual([]);
    expect(holding(SERVED_SECRET).length).toBeGreaterThan(0);
    expect(holding(app.key).map((path) => basename(path))).toEqual(['keys.json']);
  });

  it('asks for its key, and tells no key to anybody', async () => {
    const app = await serve();
    const wrong = await app.request('GET', '/api/environments', { headers: { 'x-functions-key': 'wrong' } });
    expect(wrong).toMatchObject({ status: 401, text: '' });
    expect((await fetch(`${app.url}/api/environments`)).status).toBe(401);
    expect((await fetch(`${app.url}/api/environments?code=${app.key}`)).status).toBe(200);
    // The header counts, also when the address has the right key.
    const both = await fetch(`${app.url}/api/environments?code=${app.key}`, {
      headers: { 'x-functions-key': 'wrong' },
    });
    expect(both.status).toBe(401);
    const refused = await fetch(`${app.url}/api/environments/UPPER?code=${app.key}`);
    expect(refused.status).toBe(400);
    expect(await refused.text()).not.toContain(app.key);
    expect((await fetch(`${app.url}/api/health`)).status).toBe(200);
  });

  it('opens no more to a key with a scope than the key says', async () => {
    const { directory, run } = await createSandbox();
    const made = await run(['key', 'ci', '--allow', 'read', '--only', 'staging', '--serve', '--output', 'json']);
    const { key } = JSON.parse(made.stdout) as { key: string };
    const app = await serve({ directory });
    const status = async (method: string, path: string, ...headers: readonly Record<string, string>[]) =>
      (await app.request(method, path, { headers: Object.assign({ 'x-functions-key': key }, ...headers) })).status;
    expect(await status('GET', '/api/environments')).toBe(200);
    expect(await status('GET', '/api/environments/staging/lock')).toBe(200);
    expect(await status('GET', '/api/environments/production/lock')).toBe(403);
    expect(await status('DELETE', '/api/environments/staging/lock?confirm=staging')).toBe(403);
    expect((await fetch(`${app.url}/api/environments/production/lock?code=${key}`)).status).toBe(403);
    const other = { 'x-functions-key': key.replace('.staging.', '._.') };
    expect((await fetch(`${app.url}/api/environments`, { headers: other })).status).toBe(401);
    expect(await status('GET', '/api/environments/production/lock', { 'x-functions-key': app.key })).toBe(200);
    // Who was refused is written down, by the address that the host saw.
    const forged = { 'x-forwarded-for': '203.0.113.9' };
    expect(await status('DELETE', '/api/environments/production/lock?confirm=production', forged)).toBe(403);
    const { body } = await app.request('GET', '/api/environments/production/audit');
    expect(body).toMatchObject({
      entries: [
        { operation: 'breakLock', by: 'key ci', from: '127.0.0.1', outcome: 'key_scope_exceeded' },
        { operation: 'showLock', by: 'key ci', from: '127.0.0.1', outcome: 'key_scope_exceeded' },
      ],
      next: null,
    });
  });

  it('answers what it does not know, or may not do, with problem details', async () => {
    const app = await serve();
    const unknown = await app.request('GET', '/api/deployments/production-01M8434Z00VB7SSV72CDKWWDXY');
    expect(unknown).toMatchObject({ status: 404, body: { code: 'run_unknown' } });
    expect((await app.request('GET', '/api/environments/..%2F..%2Fetc')).status).toBe(400);
    const broken = await app.deploy('production', { body: 'azure: [' });
    expect((broken.body as Problem).problems?.[0]).toMatchObject({ line: 1 });
    const literal = (await exampleConfig()).replace('"env:GEMINI_API_KEY"', '"literal-secret-value"');
    const refused = await app.deploy('production', { body: literal });
    expect(refused.status).toBe(400);
    expect(refused.text).not.toContain('literal-secret-value');
    const huge = await app.deploy('production', { body: new Uint8Array(3_000_000).fill(0x61) });
    expect(huge.status).toBe(413);
    expect((await app.request('GET', '/api/environments/production')).status).toBe(404);
  });

  it('gives one of fifty simultaneous starts the environment, and tells the others who has it', async () => {
    const app = await serve();
    const body = await prebuiltConfig('fifty');
    const answers = await Promise.all(Array.from({ length: 50 }, () => app.deploy('production', { body })));
    const started = answers.filter(({ status }) => status === 202);
    expect(started).toHaveLength(1);
    const [{ runId } = { runId: '' }] = started.map((answer) => answer.body as RunView);
    const refused = answers
      .filter(({ status }) => status === 409)
      .map((answer) => (answer.body as Problem).lock?.runId);
    expect(refused).toEqual(Array.from({ length: 49 }, () => runId));
    expect(await app.ended(runId)).toMatchObject({ status: 'succeeded' });
  });

  it('serves those who wait in their order', async () => {
    const app = await serve();
    const body = await prebuiltConfig('queue');
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      const answer = await app.deploy('production', { body, query: 'autoApprove=true&onBusy=wait' });
      expect(answer.status, answer.text).toBe(202);
      ids.push((answer.body as RunView).runId);
    }
    const views = await Promise.all(ids.map((id) => app.ended(id)));
    expect(views.every(({ status }) => status === 'succeeded')).toBe(true);
    const ends = views.map(({ finishedAt }) => finishedAt ?? '');
    expect(ends).toEqual([...ends].sort());
  });
});

describe('releases over HTTP', () => {
  it('are compared with what is there, and taken back', async () => {
    const app = await serve();
    expect((await app.request('GET', '/api/environments/production/drift')).status).toBe(404);
    const body = await prebuiltConfig('drift');
    const first = await app.ended(((await app.deploy('production', { body })).body as RunView).runId);
    const drift = await app.request('GET', '/api/environments/production/drift');
    expect(drift).toMatchObject({ status: 200, body: { runId: first.runId, drift: [] } });
    const rollback = (to: string) =>
      app.request('POST', '/api/environments/production/rollback', {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ to, autoApprove: true }),
      });
    expect((await rollback('production-01M8434Z00VB7SSV72CDKWWDXY')).status).toBe(400);
    const changed = body.replace('max_replicas: 1', 'max_replicas: 2');
    await app.ended(((await app.deploy('production', { body: changed })).body as RunView).runId);
    const back = await rollback(first.runId);
    expect(back.status, back.text).toBe(202);
    expect(await app.ended((back.body as RunView).runId)).toMatchObject({ status: 'succeeded' });
  });
});

describe('the command line beside a served app', () => {
  it('shares its state and its lock: the one that comes second is told who was first', async () => {
    const app = await serve();
    const body = await prebuiltConfig('beside');
    await writeFile(join(app.directory, 'beside.yaml'), body);
    const { runId } = (await app.deploy('production', { body, query: '' })).body as RunView;
    // A plan that waits for its approval holds no lock; the command line deploys meanwhile.
    await eventually(async () => {
      const view = (await app.request('GET', `/api/deployments/${runId}`)).body as RunView;
      return view.pendingApproval ?? undefined;
    });
    const env = { AZURE_STATE_STORAGE: 'blob', DEPLOYMENT_STORAGE: app.storage };
    const args = ['--config', 'beside.yaml', '--environment', 'production', '--simulate', '--auto-approve'];
    const more = ['--simulator-speed', '100', '--output', 'json'];
    let refused: Promise<ApiAnswer> | undefined;
    const local = await runCli(app.directory, [...args, ...more], {
      env,
      when: [
        {
          printed: /"step_started","step":"create_databases"/,
          act: () => (refused = app.deploy('production', { body })),
        },
      ],
    });
    expect(local.exitCode, local.stderr).toBe(0);
    const answer = await refused;
    expect(answer).toMatchObject({ status: 409, body: { code: 'state_locked' } });
    expect(answer?.body).toMatchObject({ lock: { runId: local.events[0]?.runId } });
    const runs = await runsOf(app, 'production');
    expect(runs.map((run) => [run.runId, run.status])).toContainEqual([local.events[0]?.runId, 'succeeded']);
  });
});

describe('an uploaded configuration', () => {
  it('deploys itself; of those uploaded in mid-run the newest is deployed after it', async () => {
    const app = await serve();
    const text = await prebuiltConfig('upload');
    await upload(app, 'production.yaml', text);
    const first = await eventually(async () => (await runsOf(app, 'production'))[0]);
    await upload(app, 'production.yaml', text.replace('min_replicas: 1', 'min_replicas: 1 '));
    const second = await eventually(async () =>
      (await runsOf(app, 'production')).find(({ runId }) => runId !== first.runId),
    );
    expect(await app.ended(first.runId)).toMatchObject({ status: 'succeeded', trigger: 'blob' });
    expect(await app.ended(second.runId)).toMatchObject({ status: 'succeeded', trigger: 'blob' });
    expect(second.runId > first.runId).toBe(true);
  });

  it('that is broken ends in a failed run with its problems, once', async () => {
    const app = await serve();
    await upload(app, 'staging.yaml', 'azure: {location: 7}\n');
    const run = await eventually(async () => (await runsOf(app, 'staging'))[0]);
    const view = await app.ended(run.runId);
    expect(view).toMatchObject({ status: 'failed', error: { code: 'config_invalid' } });
    expect(view.error?.message).toContain('staging.yaml:1:');
    expect(await runsOf(app, 'staging')).toHaveLength(1);
  });
});

describe('a served app that is killed in mid-run', () => {
  it('goes on by itself under the same id, and its stream has neither repeats nor holes', async () => {
    const app = await serve();
    const body = await prebuiltConfig('killed');
    const { runId } = (await app.deploy('production', { body })).body as RunView;
    const before = await readEventStream(app, runId, { until: ({ type }) => type === 'step_completed' });
    await app.kill();
    const again = await serve({ directory: app.directory });
    expect(again.key).toBe(app.key);
    const after = await readEventStream(again, runId, { after: before.at(-1)?.position });
    expect(await again.ended(runId)).toMatchObject({ runId, status: 'succeeded' });
    const followed = [...before, ...after].map(({ id }) => id);
    const stored = (await again.request('GET', `/api/deployments/${runId}/events`)).text.trim().split('\n');
    expect(followed).toEqual(stored.map((line) => (JSON.parse(line) as { id: string }).id));
    expect(new Set(followed).size).toBe(followed.length);
  });
});
