import { describe, expect, it } from 'vitest';
import { openTestApp } from '../../helpers/app-under-test.ts';

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

  it('are not needed to ask whether the app is well', async () => {
    const test = await openTestApp({ requiresRoles: true });
    expect(await test.call('showHealth')).toMatchObject({
      status: 200,
      body: { status: 'ok', version: '1.2.3', checks: { storage: 'ok', engine: 'ok' } },
    });
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
