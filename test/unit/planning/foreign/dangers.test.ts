import { describe, expect, it } from 'vitest';
import { AzureError } from '../../../../src/azure/errors.ts';
import type { ArmResource } from '../../../../src/azure/ports.ts';
import type { StepResource } from '../../../../src/domain/desired.ts';
import type { PlannedResource, PlannedStep } from '../../../../src/domain/plan-schema.ts';
import { findDangers, planDangers } from '../../../../src/planning/foreign/dangers.ts';
import { foreignDrift } from '../../../../src/planning/foreign/foreign-children.ts';
import { resourceRules } from '../../../helpers/resource-rules.ts';

const TYPE = 'Microsoft.DBforPostgreSQL/flexibleServers';
const ID = `/subscriptions/s/resourceGroups/rg/providers/${TYPE}/pg`;
const SERVER: StepResource = {
  ...{ key: 'postgresql', title: 'server pg', step: 'create_databases', id: ID, body: {} },
  kind: resourceRules({ type: TYPE }),
};

function rule(name: string, startIpAddress: string, endIpAddress: string): ArmResource {
  return { id: `${ID}/firewallRules/${name}`, name, properties: { startIpAddress, endIpAddress } };
}

const RULES = [
  rule('Ours', '0.0.0.0', '255.255.255.255'),
  rule('AllowAll', '0.0.0.0', '255.255.255.255'),
  rule('office', '203.0.113.7', '203.0.113.7'),
];

async function find(options: { readonly preserve?: readonly string[]; readonly exists?: boolean } = {}) {
  const { preserve = [], exists = true } = options;
  const asked: string[] = [];
  const input = {
    arm: {
      async list(path: string) {
        asked.push(path);
        return RULES;
      },
    },
    config: { preserve },
    ours: new Set([`${ID}/firewallRules/ours`.toLowerCase()]),
  };
  const dangers = await findDangers(input, async ({ id }) => (exists ? { id } : undefined), [SERVER]);
  return { ...dangers, asked };
}

function line(action: PlannedResource['action']): PlannedResource {
  return { key: 'postgresql', id: ID, type: TYPE, action };
}

function verification(action: PlannedStep['action']): readonly PlannedStep[] {
  return [{ step: 'verify_deployment', number: 14, action, reason: 'not asked for', changed: [] }];
}

describe('what others made and endangers a resource of ours', () => {
  it('is found by one question, and neither what is ours nor what does no harm', async () => {
    const { found, unseen, asked } = await find();
    expect(found).toMatchObject([
      {
        path: 'firewallRules[AllowAll]',
        text: '0.0.0.0 to 255.255.255.255, which opens the server to the world',
        fate: 'goes',
      },
    ]);
    expect(unseen).toEqual([]);
    expect(asked).toEqual([`${ID}/firewallRules`]);
  });

  it('is not looked for in what does not exist', async () => {
    expect(await find({ exists: false })).toEqual({ found: [], unseen: [], asked: [] });
  });

  it('is told as not looked at where it may not be read', async () => {
    const refusal = new AzureError({ code: 'AuthorizationFailed', message: 'no', statusCode: 403 });
    const input = { arm: { list: () => Promise.reject(refusal) }, config: {}, ours: new Set<string>() };
    const { found, unseen } = await findDangers(input, async ({ id }) => ({ id }), [SERVER]);
    expect(found).toEqual([]);
    expect(unseen).toEqual([`firewallRules of server pg: they may not be read (${ID})`]);
  });

  it.each([
    ['a change of its server', line('update'), 'run' as const, { action: 'delete' }],
    ['a server that is as it should be', line('unchanged'), 'run' as const, { action: 'delete' }],
    [
      'a verification that may be skipped',
      line('unchanged'),
      'maybe' as const,
      { action: 'delete', maybe: ['verify_deployment'] },
    ],
    ['no verification', line('update'), 'skip' as const, { action: 'keep' }],
  ])('has a line of its own beside %s', async (_, parent, action, expected) => {
    const { found } = await find();
    const lines = planDangers(found, [parent], verification(action));
    expect(lines).toMatchObject([{ key: 'postgresql firewallRules[AllowAll]', id: RULES[1]?.id, ...expected }]);
    expect(lines[0]?.reason).toContain('opens the server to the world');
    expect(lines[0]?.maybe).toEqual('maybe' in expected ? expected.maybe : undefined);
  });

  it.each(['forbidden', 'replace', 'create'] as const)(
    'has none beside a server of which the plan says: %s',
    async (action) => {
      expect(planDangers((await find()).found, [line(action)], verification('run'))).toEqual([]);
    },
  );

  it.each(['postgresql firewallRules[allowall]', 'postgresql firewallRules'])(
    'is kept by preserve: %s, which plan and drift say',
    async (preserved) => {
      const { found } = await find({ preserve: [preserved] });
      expect(planDangers(found, [line('update')], verification('run'))).toMatchObject([
        { action: 'keep', reason: expect.stringContaining('; preserved') as string },
      ]);
      expect(found.map(foreignDrift)).toMatchObject([
        { repaired: false, found: expect.stringContaining('; preserved') as string },
      ]);
    },
  );

  it.each(['postgresql firewallRules[Allow]', 'postgresql properties', 'redis firewallRules'])(
    'is not kept by preserve: %s',
    async (preserved) => {
      const { found } = await find({ preserve: [preserved] });
      expect(found.map(foreignDrift)).toMatchObject([{ step: 'verify_deployment', repaired: true }]);
    },
  );
});
