import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROUTE_TABLE, type RouteName } from '../../../src/domain/api/route-table.ts';
import { type Right, scopedKey } from '../../../src/domain/api/scoped-key.ts';
import type { RunView } from '../../../src/domain/api/views.ts';
import { marked } from '../../../src/domain/expiry/expiry.ts';
import { updateState } from '../../../src/state/update-state.ts';
import { type CallOptions, openTestApp, type TestApp } from '../../helpers/app-under-test.ts';
import { prebuiltConfig } from '../../helpers/example-config.ts';

function principal(...roles: readonly string[]): Record<string, string> {
  const claims = [
    { typ: 'preferred_username', val: 'ada@example.com' },
    ...roles.map((val) => ({ typ: 'roles', val })),
  ];
  const text = JSON.stringify({ auth_typ: 'aad', role_typ: 'roles', claims });
  return { 'x-ms-client-principal': Buffer.from(text).toString('base64') };
}

const params = { environment: 'staging' };

describe('roles', () => {
  it('are not asked for unless the setting says so', async () => {
    const test = await openTestApp();
    expect((await test.call('showLock', { params })).status).toBe(200);
  });

  it('decide what a signed-in caller may do', async () => {
    const test = await openTestApp({ requiresRoles: true });
    expect(await test.call('showLock', { params })).toMatchObject({ status: 401, body: { code: 'not_signed_in' } });
    expect((await test.call('showLock', { params, headers: principal() })).status).toBe(403);
    const reader = { params, headers: principal('Deployment.Reader') };
    expect((await test.call('showLock', reader)).status).toBe(200);
    expect(await test.call('breakLock', { ...reader, query: 'confirm=staging' })).toMatchObject({
      status: 403,
      body: { code: 'role_missing', detail: expect.stringContaining('ada@example.com') },
    });
    const deployer = { params, headers: principal('Deployment.Deployer') };
    expect((await test.call('breakLock', { ...deployer, query: 'confirm=staging' })).status).toBe(200);
  });

  it('are those of the principal, whatever else the header claims', async () => {
    const test = await openTestApp({ requiresRoles: true });
    const headers = { 'x-ms-client-principal': 'not base64 of JSON' };
    expect(await test.call('showLock', { params, headers })).toMatchObject({ body: { code: 'principal_invalid' } });
  });

  it('are nobody’s where nothing vouches for the principal, and so is its name', async () => {
    const test = await openTestApp();
    const [runId] = await twoRuns(test);
    const headers = { ...principal('Deployment.Approver'), 'x-draftgenie-caller': 'mallory' };
    await test.call('cancelDeployment', { params: { runId }, headers });
    expect(await cancelledBy(test, runId)).toBe('mallory (by key)');
    const unreadable = { 'x-ms-client-principal': 'not base64 of JSON' };
    expect((await test.call('showLock', { params, headers: unreadable })).status).toBe(200);
  });

  it('are not needed to ask whether the app is well', async () => {
    const test = await openTestApp({ requiresRoles: true });
    expect(await test.call('showHealth')).toMatchObject({
      status: 200,
      body: { status: 'ok', version: '1.2.3', checks: { storage: 'ok', engine: 'ok' } },
    });
  });
});

/** A run of staging and one of production, under way. */
async function twoRuns(test: TestApp): Promise<readonly [staging: string, production: string]> {
  const runIds = ['staging', 'production'].map(async (environment) => {
    const { body } = await start(test, environment);
    return (body as RunView).runId;
  });
  return (await Promise.all(runIds)) as unknown as [string, string];
}

async function start(test: TestApp, environment: string, more: CallOptions = {}) {
  const headers = { 'content-type': 'application/yaml', ...more.headers };
  const body = await prebuiltConfig('x');
  return await test.call('startDeployment', { body, ...more, params: { environment }, headers });
}

const key = (rights: readonly Right[], environment?: string) => ({
  headers: { 'x-functions-key': scopedKey({ name: 'ci', rights, environment }, 'R') },
});

async function cancelledBy(test: TestApp, runId: string): Promise<unknown> {
  const text = await readFile(join(test.storage.location, 'staging', 'runs', runId, 'cancel.json'), 'utf8');
  return (JSON.parse(text) as { by: unknown }).by;
}

describe('a key with a scope', () => {
  const exceeded = { status: 403, body: { code: 'key_scope_exceeded' } };

  it('is for reading, deploying or approving alone', async () => {
    const test = await openTestApp();
    expect((await test.call('showLock', { params, ...key(['read']) })).status).toBe(200);
    expect((await test.call('showLock', { params, ...key(['approve']) })).status).toBe(200);
    expect(await start(test, 'staging', key(['read']))).toMatchObject(exceeded);
    expect(await start(test, 'staging', key(['approve']))).toMatchObject(exceeded);
    const { status, body } = await start(test, 'staging', key(['deploy']));
    expect([status, (body as RunView).status]).toEqual([202, 'running']);
    const { runId } = body as RunView;
    const decision = { body: JSON.stringify({ planDigest: 'a'.repeat(64), decision: 'approve' }) };
    const decide = (rights: readonly Right[]) =>
      test.call('decideApproval', {
        ...decision,
        params: { runId },
        headers: { ...key(rights).headers, 'content-type': 'application/json' },
      });
    expect(await decide(['read', 'deploy'])).toMatchObject(exceeded);
    expect(await decide(['approve'])).toMatchObject({ body: { code: 'plan_not_pending' } });
  });

  it('that deploys approves nothing by itself, neither by an option nor by what a configuration says', async () => {
    const test = await openTestApp();
    const query = 'autoApprove=true';
    expect(await start(test, 'staging', { ...key(['deploy']), query })).toMatchObject(exceeded);
    const body = `${await prebuiltConfig('x')}\ndeployment: { auto_approve: true }\n`;
    expect(await start(test, 'staging', { ...key(['deploy']), body })).toMatchObject(exceeded);
    expect((await start(test, 'staging', { ...key(['deploy']), query: 'autoApprove=true&dryRun=true' })).status).toBe(
      202,
    );
    expect((await start(test, 'production', { ...key(['deploy', 'approve']), query })).status).toBe(202);
  });

  it('that deploys deletes unasked only what has expired: its end was set when it was made', async () => {
    const test = await openTestApp();
    await start(test, 'staging');
    const { state } = test.storage.environment('staging');
    await updateState(state, (current) => ({
      ...marked(current, { expires: '72h', by: 'ann' }, state.now()),
      resource_group: 'staging-rg',
      steps: { create_key_vault: { status: 'completed', timestamp: '', dependency_hash: null } as never },
    }));
    test.advance(73 * 3600);
    const headers = { ...key(['deploy'], 'staging').headers, 'content-type': 'application/json' };
    const destroy = (body: string) => test.call('destroyEnvironment', { params, headers, body });
    expect(await destroy('{"autoApprove":true}')).toMatchObject(exceeded);
    expect(await destroy('{"expired":true}')).toMatchObject({ status: 202 });
  });

  it('of one environment reads nothing of another, and does nothing there', async () => {
    const test = await openTestApp();
    const [staging, production] = await twoRuns(test);
    const mine = key(['read', 'deploy', 'approve'], 'staging');
    const routes = (Object.keys(ROUTE_TABLE) as RouteName[]).filter((name) =>
      /\{(environment|runId)\}/.test(ROUTE_TABLE[name].path),
    );
    for (const name of routes) {
      const answer = await test.call(name, { ...mine, params: { environment: 'production', runId: production } });
      expect(answer, name).toMatchObject(exceeded);
    }
    expect((await test.call('showDeployment', { ...mine, params: { runId: staging } })).status).toBe(200);
    expect((await test.call('listEnvironments', mine)).body).toEqual({ environments: ['staging'] });
    expect((await test.call('listEnvironments', key(['read']))).body).toEqual({
      environments: ['production', 'staging'],
    });
  });

  it('comes in the query, too, and opens nothing when it does not say what it opens', async () => {
    const test = await openTestApp();
    const { headers } = key(['read'], 'production');
    const code = headers['x-functions-key'];
    expect(await test.call('showLock', { params, query: `code=${code}` })).toMatchObject(exceeded);
    const broken = { headers: { 'x-functions-key': 'draftgenie.everything._.ci.R' } };
    expect(await test.call('showLock', { params, ...broken })).toMatchObject({
      status: 403,
      body: { code: 'key_scope_invalid' },
    });
  });

  it('limits a signed-in caller as well', async () => {
    const test = await openTestApp({ requiresRoles: true });
    const headers = { ...principal('Deployment.Deployer'), ...key(['read']).headers };
    expect(await test.call('breakLock', { params, headers, query: 'confirm=staging' })).toMatchObject(exceeded);
    const reader = { ...principal('Deployment.Reader'), ...key(['deploy']).headers };
    expect(await test.call('breakLock', { params, headers: reader, query: 'confirm=staging' })).toMatchObject({
      body: { code: 'role_missing' },
    });
  });

  it('may be asked of everybody: then the host’s own keys open nothing but the app’s health', async () => {
    const test = await openTestApp({ requiresScopedKeys: true });
    const unscoped: readonly Record<string, string>[] = [{ 'x-functions-key': 'Zm9v' }, {}];
    for (const headers of unscoped)
      expect(await test.call('showLock', { params, headers })).toMatchObject({ body: { code: 'key_scope_missing' } });
    expect((await test.call('showLock', { params, ...key(['read']) })).status).toBe(200);
    expect((await test.call('showHealth')).status).toBe(200);
  });
});

describe('what cannot be undone', () => {
  it('needs the environment’s name again', async () => {
    const test = await openTestApp();
    for (const route of ['breakLock', 'resetState'] as const) {
      expect((await test.call(route, { params })).status).toBe(400);
      expect((await test.call(route, { params, query: 'confirm=production' })).status).toBe(400);
      expect((await test.call(route, { params, query: 'confirm=staging' })).status).toBe(200);
    }
  });
});
