import { expect, it } from 'vitest';
import type { Plan, PlannedResource } from '../../../src/domain/plan-schema.ts';
import type { SimulatorRequest } from '../../helpers/cli.ts';
import { unplanned } from '../../helpers/plan/plan-and-writes.ts';

const ID =
  '/subscriptions/s/resourceGroups/rg/providers/Microsoft.DBforPostgreSQL/flexibleServers/pg/firewallRules/all';
const LINE: PlannedResource = { key: 'postgresql firewallRules[all]', id: ID, type: 'rule', action: 'delete' };

function planWith(...resources: PlannedResource[]): Plan {
  const nothing = { steps: [], warnings: [], criticalPath: [], digest: '' };
  return { environment: 'default', resources, ...nothing };
}

function request(method: string): SimulatorRequest {
  return { method, host: 'management.azure.com', path: ID, status: 202 };
}

it('a deletion that a line says is what was planned, and one that none says is not', () => {
  const before = { [ID.toLowerCase()]: { id: ID } };
  expect(unplanned(planWith(LINE), before, [request('DELETE')])).toEqual([]);
  expect(unplanned(planWith(), before, [request('DELETE')])).toEqual([`DELETE ${ID}: no line of the plan`]);
  const kept: PlannedResource = { ...LINE, action: 'keep' };
  expect(unplanned(planWith(kept), before, [request('DELETE')])).toEqual([`DELETE ${ID}: the plan says keep`]);
});

it('a line that says a deletion for sure is followed by one, and by nothing else', () => {
  const idle = [`delete ${LINE.key}: was not written`];
  expect(unplanned(planWith(LINE), { [ID.toLowerCase()]: { id: ID } }, [])).toEqual(idle);
  expect(unplanned(planWith(LINE), { [ID.toLowerCase()]: { id: ID } }, [request('PUT')])).toEqual(idle);
  expect(unplanned(planWith({ ...LINE, maybe: ['verify_deployment'] }), {}, [])).toEqual([]);
});
