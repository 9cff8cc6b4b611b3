import { describe, expect, it } from 'vitest';
import { scopedKey } from '../../../src/domain/api/scoped-key.ts';
import type { RunView } from '../../../src/domain/api/views.ts';
import type { AuditEntry } from '../../../src/domain/audit.ts';
import type { Logger } from '../../../src/shared/logger.ts';
import { openTestApp, type TestApp } from '../../helpers/app-under-test.ts';
import { prebuiltConfig } from '../../helpers/example-config.ts';
import { fileStorage } from '../../helpers/file-storage.ts';
import { tempDirectory } from '../../helpers/temp.ts';

const params = { environment: 'staging' };
const FROM = { 'x-forwarded-for': '203.0.113.9, 192.0.2.7:50123' };

async function entries(test: TestApp, query = ''): Promise<readonly AuditEntry[]> {
  const { body } = await test.call('showAudit', { params, query });
  return (body as { entries: readonly AuditEntry[] }).entries;
}

async function start(test: TestApp, headers: Readonly<Record<string, string>> = {}) {
  const body = await prebuiltConfig('x');
  return await test.call('startDeployment', {
    params,
    body,
    headers: { 'content-type': 'application/yaml', ...FROM, ...headers },
  });
}

const READER = { 'x-functions-key': scopedKey({ name: 'board', rights: ['read'], environment: 'staging' }, 'R') };

describe('the audit trail', () => {
  it('says who did what, from where, to which run, and what came of it', async () => {
    const test = await openTestApp();
    const key = scopedKey({ name: 'ci', rights: ['deploy'], environment: undefined }, 'R');
    const { body } = await start(test, { 'x-functions-key': key, 'x-draftgenie-caller': 'ada@laptop' });
    const { runId } = body as RunView;
    test.advance(60);
    await test.call('cancelDeployment', { params: { runId }, headers: FROM });
    test.advance(1);
    await start(test);
    expect(await entries(test)).toEqual([
      {
        id: expect.any(String),
        at: '2026-01-01T00:01:01.000Z',
        ...{ by: 'key', from: '192.0.2.7:50123', operation: 'startDeployment', environment: 'staging' },
        ...{ runId: null, outcome: 'state_locked' },
      },
      expect.objectContaining({ by: 'key', operation: 'cancelDeployment', runId, outcome: 'done' }),
      expect.objectContaining({ by: 'ada@laptop (by key ci)', operation: 'startDeployment', runId, outcome: 'done' }),
    ]);
  });

  it('has no questions, but who was refused: each once a minute', async () => {
    const test = await openTestApp();
    await test.call('showLock', { params });
    expect(await entries(test)).toEqual([]);
    for (let times = 0; times < 3; times += 1) await start(test, READER);
    const other = await test.call('showLock', { params: { environment: 'production' }, headers: READER });
    expect(other.status).toBe(403);
    const refusal = { by: 'key board', operation: 'startDeployment', outcome: 'key_scope_exceeded' };
    expect(await entries(test)).toEqual([expect.objectContaining(refusal)]);
    test.advance(61);
    await start(test, READER);
    expect(await entries(test)).toHaveLength(2);
    const there = await test.call('showAudit', { params: { environment: 'production' } });
    expect(there.body).toMatchObject({ entries: [{ by: 'key board', operation: 'showLock' }], next: null });
    // What was refused there makes no environment of it.
    expect((await test.call('listEnvironments')).body).toEqual({ environments: [] });
  });

  it('comes page by page', async () => {
    const test = await openTestApp();
    for (let times = 0; times < 5; times += 1) {
      test.advance(1);
      await test.call('breakLock', { params, query: 'confirm=staging' });
    }
    const first = (await test.call('showAudit', { params, query: 'limit=3' })).body as { next: string };
    expect(first).toMatchObject({ entries: [{}, {}, { id: first.next }] });
    expect(await entries(test, `limit=3&before=${first.next}`)).toHaveLength(2);
    expect((await test.call('showAudit', { params, query: 'before=x' })).status).toBe(400);
  });

  it('is logged where it cannot be written, and the call is answered', async () => {
    const log: string[] = [];
    const logger: Logger = { log: (level, message) => void log.push(`${level}: ${message}`) };
    const storage = fileStorage(await tempDirectory(), { now: () => new Date() });
    const broken = {
      ...storage,
      environment(name: string) {
        const stores = storage.environment(name);
        const record = async (): Promise<void> => {
          throw new Error('the disk is full');
        };
        return { ...stores, runs: { ...stores.runs, record } };
      },
    };
    const test = await openTestApp({ logger, storage: broken });
    expect((await test.call('breakLock', { params, query: 'confirm=staging', headers: FROM })).status).toBe(200);
    expect(log).toEqual([
      expect.stringMatching(/^error: not written to the audit trail \(the disk is full\): .*192\.0\.2\.7/),
    ]);
  });
});
