import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RouteName } from '../../src/domain/api/route-table.ts';
import { CONFIG_TYPES, ROUTES, type RouteDefinition } from '../../src/domain/api/routes.ts';
import { ENVIRONMENT_NAME } from '../../src/domain/environment-name.ts';
import { DEFAULT_LIMITS } from '../../src/triggers/app-services.ts';
import { openTestApp } from '../helpers/app-under-test.ts';
import { startableConfig } from '../helpers/example-config.ts';
import { fileStorage } from '../helpers/file-storage.ts';
import { tempDirectory } from '../helpers/temp.ts';
import { hostileJson, mutated } from './mutations.ts';
import { feed } from './run.ts';

const CONFIG = await startableConfig();
const DIGEST = 'a'.repeat(64);
const PRINCIPAL = Buffer.from('{"claims":[{"typ":"roles","val":"Deployment.Deployer"}]}').toString('base64');

/** What a header of HTTP may hold at all. */
const headerText = (...texts: readonly string[]): fc.Arbitrary<string> =>
  mutated(...texts).map((text) => text.replaceAll(/[^\x20-\x7e\x80-\xff]/g, '').trim());

/** What an address can carry. */
const wellFormed = (...texts: readonly string[]): fc.Arbitrary<string> =>
  mutated(...texts).map((text) => text.toWellFormed());

const headers = fc.record(
  {
    'content-type': fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom('application/json', 'application/json; charset=utf-8', ...CONFIG_TYPES) },
      headerText('application/json'),
    ),
    'content-length': fc.oneof({ weight: 9, arbitrary: fc.constant('10') }, headerText('10', '99999999999')),
    'idempotency-key': headerText('key-1'),
    'last-event-id': headerText('0', '120'),
    accept: headerText('text/event-stream', 'application/x-ndjson'),
    'x-ms-client-principal': fc.oneof({ weight: 9, arbitrary: fc.constant(PRINCIPAL) }, headerText(PRINCIPAL)),
    'x-draftgenie-caller': headerText('me'),
  },
  { requiredKeys: [] },
);
const query = fc.oneof(
  fc.constant(''),
  wellFormed(
    'confirm=default',
    'after=0',
    'limit=5&before=x',
    'dryRun=true&forceStep=create_databases',
    'source=sha256:x',
  ),
);
const BODIES: Partial<Record<RouteName, readonly string[]>> = {
  startDeployment: [CONFIG, JSON.stringify({ config: CONFIG, options: { dryRun: true, onBusy: 'wait' } })],
  decideApproval: [JSON.stringify({ planDigest: DIGEST, decision: 'approve', comment: 'x' })],
  addSource: [JSON.stringify({ sha256: DIGEST })],
};

function bodyFor(name: RouteName): fc.Arbitrary<string | Uint8Array | undefined> {
  const own = BODIES[name] ?? [''];
  return fc.oneof(
    fc.constantFrom(...own),
    mutated(...own),
    hostileJson.map((value) => JSON.stringify(value)),
    fc.uint8Array({ maxLength: 60 }),
    fc.constantFrom(undefined, 'x'.repeat(BODY_LIMIT + 1)),
  );
}

const requestTo = (runId: string) =>
  fc.constantFrom(...(Object.keys(ROUTES) as RouteName[])).chain((name) =>
    fc.record({
      name: fc.constant(name),
      params: fc.record({
        environment: fc.oneof(fc.constantFrom('default', 'prod'), wellFormed('default', 'prod')),
        runId: fc.oneof(fc.constant(runId), wellFormed(runId, '../default')),
      }),
      query: query.map((text) => encodeURI(text).replaceAll('#', '%23')),
      headers: headers as fc.Arbitrary<Record<string, string>>,
      body: bodyFor(name),
    }),
  );
const BODY_LIMIT = 64 * 1024;
/** What every route may answer, besides what its own description promises. */
const ALWAYS = [400, 401, 403, 404, 409];

describe('a hostile request', () => {
  it('gets a promised answer, a refusal says why, and nothing is written outside of the storage', async () => {
    const limits = { ...DEFAULT_LIMITS, streamInSeconds: 0, pollInMs: 1, bodyInBytes: BODY_LIMIT };
    const outer = await tempDirectory();
    const storage = fileStorage(join(outer, 'storage'), { now: () => new Date('2026-01-01T00:00:00Z') });
    const app = await openTestApp({ limits, storage });
    const headers = { 'content-type': 'application/yaml' };
    const first = await app.call('startDeployment', { params: { environment: 'default' }, headers, body: CONFIG });
    const { runId } = first.body as { runId: string };
    const answers = new Map<number, number>();
    await feed('HTTP requests', 2500, requestTo(runId), async ({ name, body: content, ...sent }) => {
      const route: RouteDefinition = ROUTES[name];
      const answer = await app.call(name, {
        ...sent,
        ...(content !== undefined && route.method !== 'GET' && { body: content }),
      });
      answers.set(answer.status, (answers.get(answer.status) ?? 0) + 1);
      const promised = [...Object.keys(route.answers).map(Number), ...ALWAYS];
      expect(promised, `${name}: ${JSON.stringify(answer.body)?.slice(0, 300)}`).toContain(answer.status);
      if (answer.status < 400 || name === 'showHealth') return;
      expect(answer.body).toMatchObject({ status: answer.status, code: expect.stringMatching(/^[a-z_]+$/) });
      expect((answer.body as { detail?: string }).detail?.length).toBeGreaterThan(5);
      expect(JSON.stringify(answer.body).length).toBeLessThan(200_000);
    });
    process.stdout.write(`answers by status: ${JSON.stringify(Object.fromEntries(answers))}\n`);
    expect(await readdir(outer)).toEqual(['storage']);
    expect([...answers.keys()]).toEqual(expect.arrayContaining([200, 202, 400, 404, 409, 413, 415]));
    const environments = await readdir(join(outer, 'storage'));
    expect(environments.filter((name) => !ENVIRONMENT_NAME.test(name))).toEqual([]);
  });
});
