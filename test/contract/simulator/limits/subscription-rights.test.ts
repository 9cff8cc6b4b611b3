import { describe, expect, it } from 'vitest';
import { type SimulatedClients, simulatedClients } from '../../../helpers/cloud/simulated-clients.ts';

const ELSEWHERE = '/subscriptions/00000000-0000-4000-8000-000000000000';

/** A deployer with this role alone. */
async function withRole(role: string, on: 'subscription' | 'group' | 'elsewhere'): Promise<SimulatedClients> {
  const clients = await simulatedClients();
  const scopes = { subscription: subscriptionOf(clients), group: clients.group, elsewhere: ELSEWHERE };
  clients.simulator.behave({ deployerRoles: { [scopes[on]]: [role] } });
  return clients;
}

function subscriptionOf({ simulator }: SimulatedClients): string {
  return `/subscriptions/${simulator.subscriptionId}`;
}

async function outcomes(clients: SimulatedClients): Promise<readonly number[]> {
  const vaults = `${subscriptionOf(clients)}/providers/Microsoft.KeyVault`;
  const name = { name: 'kv-demo', type: 'Microsoft.KeyVault/vaults' };
  const answers = [
    await clients.arm('GET', vaults, undefined, '2025-04-01'),
    await clients.arm('POST', `${vaults}/checkNameAvailability`, name, '2024-11-01'),
    await clients.arm('POST', `${vaults}/register`, undefined, '2025-04-01'),
  ];
  return answers.map(({ status }) => status);
}

describe('what a provider is asked about the subscription', () => {
  it.each([
    ['an owner', 'Owner', 'subscription', [200, 200, 200]],
    ['a contributor', 'Contributor', 'subscription', [200, 200, 200]],
    ['a reader', 'Reader', 'subscription', [200, 200, 403]],
    ['an owner of the group', 'Owner', 'group', [403, 403, 403]],
  ] as const)('is answered as the roles of %s allow', async (_, role, on, expected) => {
    expect(await outcomes(await withRole(role, on))).toEqual(expected);
  });
});

describe('the list of subscriptions', () => {
  it.each([
    ['subscription', 1],
    ['group', 1],
    ['elsewhere', 0],
  ] as const)('has those with any role in them: %s', async (on, count) => {
    const { body } = await (await withRole('Reader', on)).arm('GET', '/subscriptions/', undefined, '2022-12-01');
    expect(body.value).toHaveLength(count);
  });
});
