import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/shared/json.ts';
import { listedApiVersions } from '../../../src/simulator/schemas.ts';
import { RESOURCE_TYPES } from '../../../src/simulator/types/index.ts';
import { EVERY_TYPE, everyType } from '../../helpers/cloud/every-type.ts';
import type { SimulatedClients } from '../../helpers/cloud/simulated-clients.ts';

/** What a write changes by itself. */
const MOVING = new Set(['systemData', 'etag', 'modifiedDate', 'updatedOn', 'updatedBy', 'lastModifiedDate']);

function settled(body: JsonObject): JsonObject {
  const text = JSON.stringify(body, (key, value: unknown) => (MOVING.has(key) ? undefined : value));
  return JSON.parse(text) as JsonObject;
}

function typeAt(path: string): string {
  const [, names = ''] = /.*providers\/(.+)$/.exec(path) ?? [];
  const [namespace, ...segments] = names.split('/');
  const types = segments.filter((_, index) => index % 2 === 0);
  return path === '' ? 'Microsoft.Resources/resourceGroups' : [namespace, ...types].join('/');
}

/** Stable ones of the last four years, by the day of the simulator's newest schemas. */
function recentVersions(path: string): readonly string[] {
  return listedApiVersions(typeAt(path)).filter((one) => /^\d{4}-\d\d-\d\d$/.test(one) && one >= '2022-11-01');
}

async function read({ arm, group }: SimulatedClients, path: string, version: string): Promise<JsonObject> {
  const answer = await arm('GET', path === '' ? group : path, undefined, version);
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

describe('what GET answered, put back', () => {
  it('is taken and changes nothing, of every type in every stable version of the last four years', async () => {
    const clients = await everyType();
    for (const [name, path] of Object.entries(EVERY_TYPE)) {
      const versions = recentVersions(path);
      const newest = versions[0] ?? listedApiVersions(typeAt(path))[0] ?? '';
      for (const version of versions.length > 0 ? versions : [newest]) {
        const before = await read(clients, path, version);
        const answer = await clients.arm('PUT', path === '' ? clients.group : path, before, version);
        expect([name, version, answer.status, answer.text]).toEqual([
          name,
          version,
          expect.toSatisfy(isSuccess),
          answer.text,
        ]);
        expect((await clients.finish(answer)).status).not.toBe('Failed');
        expect([name, version, settled(await read(clients, path, version))]).toEqual([name, version, settled(before)]);
      }
    }
  });

  it('with one edit changes that and nothing else, of every type', async () => {
    const clients = await everyType();
    const tagged = Object.entries(EVERY_TYPE).filter(
      ([, path]) => RESOURCE_TYPES.get(typeAt(path).toLowerCase())?.listed,
    );
    expect(tagged.length).toBeGreaterThan(9);
    for (const [name, path] of tagged) {
      const version = listedApiVersions(typeAt(path))[0] ?? '';
      const before = await read(clients, path, version);
      const answer = await clients.arm('PUT', path, { ...before, tags: { edited: 'yes' } }, version);
      expect([name, answer.status, answer.text]).toEqual([name, expect.toSatisfy(isSuccess), answer.text]);
      await clients.finish(answer);
      expect([name, settled(await read(clients, path, version))]).toEqual([
        name,
        settled({ ...before, tags: { edited: 'yes' } }),
      ]);
    }
  });
});

function isSuccess(status: number): boolean {
  return status < 300;
}

describe('a read-only member', () => {
  it.each([
    ['server', '2025-08-01', { state: 'Stopped', fullyQualifiedDomainName: 'elsewhere' }],
    ['registry', '2025-11-01', { loginServer: 'elsewhere', creationDate: '1999-01-01' }],
    ['redis', '2025-07-01', { hostName: 'elsewhere', resourceState: 'Disabled' }],
  ])('of a %s is passed over in a PATCH, too', async (name, version, properties) => {
    const clients = await everyType();
    const path = EVERY_TYPE[name] ?? '';
    const before = await read(clients, path, version);
    const answer = await clients.arm('PATCH', path, { name: 'other', properties }, version);
    expect(answer.status, answer.text).toBeLessThan(300);
    await clients.finish(answer);
    expect(settled(await read(clients, path, version))).toEqual(settled(before));
  });
});

describe('an API version', () => {
  it.each([
    ['group', 'InvalidApiVersionParameter'],
    ['vault', 'NoRegisteredProviderFound'],
    ['database', 'NoRegisteredProviderFound'],
  ])('that a %s never had is refused as %s', async (name, code) => {
    const { arm, group } = await everyType();
    const path = EVERY_TYPE[name] === '' ? group : (EVERY_TYPE[name] ?? '');
    for (const version of ['2099-01-01', '1999-01-01']) {
      const answer = await arm('GET', path, undefined, version);
      expect([answer.status, answer.body]).toMatchObject([400, { error: { code } }]);
    }
  });

  it.each([
    ['app', '2026-07-01'],
    ['server', '2026-10-01'],
    ['vault', '2026-05-15'],
    ['redis', '2026-09-01'],
  ])('of %s as new as %s has a schema of its own: a member that it does not have is refused', async (name, version) => {
    const clients = await everyType();
    const path = EVERY_TYPE[name] ?? '';
    const before = await read(clients, path, version);
    const answer = await clients.arm('PUT', path, { ...before, nonsense: 1 }, version);
    expect([answer.status, answer.body]).toMatchObject([400, { error: { code: 'InvalidRequestContent' } }]);
  });

  it('older than any with a schema takes members that it had otherwise', async () => {
    const clients = await everyType();
    const path = EVERY_TYPE.redis ?? '';
    const { publicNetworkAccess: _, ...properties } = (await read(clients, path, '2023-11-01'))
      .properties as JsonObject;
    const body = { location: 'westeurope', sku: { name: 'Balanced_B0' }, properties };
    expect((await clients.arm('PUT', path, body, '2023-11-01')).status).toBeLessThan(300);
    expect((await clients.arm('PUT', path, body, '2025-07-01')).status).toBe(400);
  });
});
