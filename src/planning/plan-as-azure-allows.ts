import type { Azure } from '../azure/ports.ts';
import type { Plan, PlannedResource } from '../domain/plan-schema.ts';
import { settleAll } from '../engine/settle.ts';
import { type Beforehand, type Ground, together } from '../preflight/beforehand.ts';
import { permissionProblems, writeNeeds } from '../preflight/permissions.ts';
import { quotaProblems } from '../preflight/quotas.ts';
import type { KnownResource } from '../resources/kind.ts';
import { kindOfWanted } from '../resources/registry.ts';
import { makePlan, type PlanInput } from './plan.ts';

/**
 * The plan, with what Azure would refuse of it told before anything is written. A plan that makes nothing and takes nothing over
 * asks nothing.
 */
export async function planAsAzureAllows(azure: Azure, input: PlanInput): Promise<Plan> {
  const plan = makePlan(input);
  const { config, target } = input;
  const [created, adopted] = [resourcesOf('create', plan, input), resourcesOf('adopt', plan, input)];
  if (target.subscriptionId === null || created.length + adopted.length === 0) return plan;
  const subscription = `/subscriptions/${target.subscriptionId}`;
  const { refusals, unseen } = await askBeforehand({ azure, config, subscription }, created, adopted);
  if (refusals.size === 0 && unseen.length === 0) return plan;
  return makePlan({ ...input, refusals, unseen: [...input.unseen, ...unseen] });
}

async function askBeforehand(
  ground: Ground,
  created: readonly KnownResource[],
  adopted: readonly KnownResource[],
): Promise<Beforehand> {
  const needs = [...created, ...adopted].flatMap(writeNeeds);
  return together(await settleAll([permissionProblems(ground, needs), quotaProblems(ground, created)]));
}

function resourcesOf(
  wantedAction: PlannedResource['action'],
  { resources }: Plan,
  { wanted }: PlanInput,
): readonly KnownResource[] {
  const keys = new Set(resources.flatMap(({ action, key }) => (action === wantedAction ? [key] : [])));
  return wanted.flatMap(({ resource }) => {
    const kind = keys.has(resource.key) ? kindOfWanted(resource) : undefined;
    return kind ? [{ ...resource, kind }] : [];
  });
}
