import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/shared/json.ts';
import { type SimulatedClients, simulatedClients } from '../../../helpers/cloud/simulated-clients.ts';
import { manualClock } from '../../../helpers/simulated-clock.ts';

const COMPONENT = 'providers/Microsoft.Insights/components';
const RULE = 'providers/microsoft.alertsmanagement/smartDetectorAlertRules';
const ACTION_GROUP = 'providers/Microsoft.Insights/actionGroups/Application Insights Smart Detection';
const COMPONENTS = '2020-02-02';
const RULES = '2021-04-01';
const ACTION_GROUPS = '2023-01-01';
/** Sixty times as fast, since tokens last for an hour. */
const SPEED = 60;
const HOUR = 3600 / SPEED;

async function slowly() {
  const clock = manualClock();
  const clients = await simulatedClients({ profile: 'realistic', speed: SPEED, clock });
  return { clients, clock };
}

const make = ({ create }: SimulatedClients, name: string) =>
  create(
    `${COMPONENT}/${name}`,
    { location: 'westeurope', kind: 'web', properties: { Application_Type: 'web' } },
    COMPONENTS,
  );

async function names({ arm }: SimulatedClients): Promise<readonly unknown[]> {
  const { body } = await arm('GET', 'resources', undefined, '2025-04-01');
  return (body.value as JsonObject[]).map(({ name }) => name);
}

describe('what Azure makes by itself for a component', () => {
  it('is a rule, minutes after it, and an action group, an hour after it', async () => {
    const { clients, clock } = await slowly();
    await make(clients, 'appi');
    expect(await names(clients)).toEqual(['appi']);
    clock.advance(301 / SPEED);
    expect(await names(clients)).toEqual(['appi', 'Failure Anomalies - appi']);
    clock.advance(HOUR);
    expect(await names(clients)).toContain('Application Insights Smart Detection');
    const rule = await clients.arm('GET', `${RULE}/Failure Anomalies - appi`, undefined, RULES);
    const actionGroup = await clients.arm('GET', ACTION_GROUP, undefined, ACTION_GROUPS);
    expect(rule.body).toMatchObject({
      location: 'global',
      properties: {
        scope: [`${clients.group}/${COMPONENT}/appi`],
        detector: { id: 'FailureAnomaliesDetector' },
        actionGroups: { groupIds: [String(actionGroup.body.id).toLowerCase()] },
      },
    });
    const subscription = `/subscriptions/${clients.simulator.subscriptionId}`;
    const { body } = await clients.arm('GET', `${subscription}/${RULE}`, undefined, RULES);
    expect(body.value).toHaveLength(1);
  });

  it('is one action group for all components of a subscription', async () => {
    const { clients, clock } = await slowly();
    const other = clients.group.replace(/[^/]+$/, 'other');
    await clients.arm('PUT', other, { location: 'westeurope' }, '2025-04-01');
    await make(clients, 'appi');
    clock.advance(2 * HOUR);
    await names(clients);
    const properties = { Application_Type: 'web' };
    await clients.arm(
      'PUT',
      `${other}/${COMPONENT}/second`,
      { location: 'westeurope', kind: 'web', properties },
      COMPONENTS,
    );
    clock.advance(2 * HOUR);
    const { body } = await clients.arm('GET', `${other}/resources`, undefined, '2025-04-01');
    expect((body.value as JsonObject[]).map(({ name }) => name)).toEqual(['second', 'Failure Anomalies - second']);
    const rule = await clients.arm('GET', `${other}/${RULE}/Failure Anomalies - second`, undefined, RULES);
    expect(rule.text.toLowerCase()).toContain(`${clients.group}/${ACTION_GROUP}`.toLowerCase());
  });

  it('is made again while the component is there, and stays without it until it is deleted', async () => {
    const { clients, clock } = await slowly();
    const { arm } = clients;
    const rule = `${RULE}/Failure Anomalies - appi`;
    await make(clients, 'appi');
    clock.advance(2 * HOUR);
    expect((await arm('DELETE', rule, undefined, RULES)).status).toBe(200);
    expect((await arm('DELETE', ACTION_GROUP, undefined, ACTION_GROUPS)).status).toBe(200);
    expect(await names(clients)).toEqual(['appi']);
    clock.advance(2 * HOUR);
    expect(await names(clients)).toHaveLength(3);
    await arm('DELETE', `${COMPONENT}/appi`, undefined, COMPONENTS);
    clock.advance(2 * HOUR);
    expect(await names(clients)).toHaveLength(2);
    for (const [path, version] of [
      [rule, RULES],
      [ACTION_GROUP, ACTION_GROUPS],
    ] as const) {
      expect((await arm('DELETE', path, undefined, version)).status).toBe(200);
      expect((await arm('GET', path, undefined, version)).status).toBe(404);
    }
    clock.advance(2 * HOUR);
    expect(await names(clients)).toEqual([]);
  });

  it('goes with its group', async () => {
    const clients = await simulatedClients();
    await make(clients, 'appi');
    await names(clients);
    await clients.finish(await clients.arm('DELETE', clients.group, undefined, '2025-04-01'));
    expect(Object.values(clients.simulator.state().resources)).toEqual([]);
  });

  it('is made by others with all that it needs, or not at all', async () => {
    const { arm } = await simulatedClients();
    const none = await arm(
      'PUT',
      ACTION_GROUP.replace(/[^/]+$/, 'team'),
      { location: 'global', properties: {} },
      ACTION_GROUPS,
    );
    expect(none.body.error).toMatchObject({ code: 'InvalidRequestContent' });
    const body = { location: 'global', properties: { groupShortName: 'team', enabled: true } };
    expect((await arm('PUT', ACTION_GROUP.replace(/[^/]+$/, 'team'), body, ACTION_GROUPS)).status).toBe(201);
  });
});
