import { describe, expect, it } from 'vitest';
import { AzureError } from '../../../src/azure/errors.ts';
import type { PlannedResource } from '../../../src/domain/plan-schema.ts';
import { removeDangers } from '../../../src/release/remove-dangers.ts';
import { type FakeAzure, fakeAzure } from '../../helpers/fake-azure.ts';
import { stepContext, type TestContext } from '../../helpers/step-context.ts';

const SERVER = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg';

function idOf(name: string): string {
  return `${SERVER}/firewallRules/${name}`;
}

function planned(name: string): PlannedResource {
  const type = 'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules';
  return { key: `postgresql firewallRules[${name}]`, id: idOf(name), type, action: 'delete', reason: 'open' };
}

/** A server with these rules, by their names. */
function server(rules: Readonly<Record<string, readonly [start: string, end: string]>>): FakeAzure {
  const fake = fakeAzure();
  for (const [name, [startIpAddress, endIpAddress]] of Object.entries(rules)) {
    const id = idOf(name);
    fake.resources.set(id.toLowerCase(), { id, name, properties: { startIpAddress, endIpAddress } });
  }
  return fake;
}

const EVERYBODY = ['0.0.0.0', '255.255.255.255'] as const;

function context(fake: FakeAzure, lines: readonly PlannedResource[], removed: string[] = []): Promise<TestContext> {
  return stepContext(fake.azure, {
    step: 'verify_deployment',
    plannedRemovals: async () => lines,
    recordRemoval: (id) => removed.push(id),
  });
}

describe('what endangers a deployment', () => {
  it('is removed as planned, one after the other, each deletion begun once and told once', async () => {
    const fake = server({ one: EVERYBODY, other: EVERYBODY, unplanned: EVERYBODY });
    fake.polls = 2;
    const removed: string[] = [];
    const step = await context(fake, [planned('one'), planned('other')], removed);
    const begun: number[] = [];
    while (await removeDangers(step)) begun.push(fake.writes.length);
    expect(begun).toEqual([1, 1, 2, 2]);
    expect(fake.writes.map(({ method, path }) => [method, path])).toEqual([
      ['DELETE', idOf('one')],
      ['DELETE', idOf('other')],
    ]);
    expect([...new Set(removed)]).toEqual([idOf('one'), idOf('other')]);
    expect(step.told).toEqual([
      'removing postgresql firewallRules[one]: open',
      'removing postgresql firewallRules[other]: open',
    ]);
  });

  it('stays when somebody narrowed it since the plan, and is gone when somebody removed it', async () => {
    const fake = server({ narrowed: ['203.0.113.7', '203.0.113.7'] });
    const removed: string[] = [];
    const step = await context(fake, [planned('narrowed'), planned('gone')], removed);
    expect(await removeDangers(step)).toBeUndefined();
    expect(fake.writes).toEqual([]);
    expect(removed).toEqual([idOf('gone')]);
  });

  it('is no business of this step when its kind is no danger', async () => {
    const fake = server({});
    const id = `${SERVER}/databases/shop`;
    fake.resources.set(id.toLowerCase(), { id });
    const database: PlannedResource = {
      ...{ key: 'database', id, action: 'delete' },
      type: 'Microsoft.DBforPostgreSQL/flexibleServers/databases',
    };
    expect(await removeDangers(await context(fake, [database]))).toBeUndefined();
    expect(fake.writes).toEqual([]);
  });

  it('ends the step as Azure refused when it may not be removed', async () => {
    const fake = server({ one: EVERYBODY });
    const refusal = new AzureError({ code: 'AuthorizationFailed', message: 'no right to delete', statusCode: 403 });
    fake.refuse = ({ method }) => {
      if (method === 'DELETE') throw refusal;
    };
    const step = await context(fake, [planned('one')]);
    await expect(removeDangers(step)).rejects.toBe(refusal);
  });
});
