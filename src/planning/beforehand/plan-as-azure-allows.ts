import type { Azure } from '../../azure/ports.ts';
import { recordedOutput } from '../../domain/outputs.ts';
import type { Plan, PlannedResource } from '../../domain/plan-schema.ts';
import { settleAll } from '../../engine/settle.ts';
import type { SecretSource } from '../../engine/step.ts';
import { type Beforehand, type Ground, together } from '../../preflight/beforehand.ts';
import { imageProblems } from '../../preflight/images.ts';
import { permissionProblems, writeNeeds } from '../../preflight/permissions.ts';
import { quotaProblems } from '../../preflight/quotas.ts';
import type { KnownResource } from '../../resources/kind.ts';
import { kindOfWanted } from '../../resources/registry.ts';
import { makePlan, type PlanInput } from '../plan.ts';
import { newImages } from './new-images.ts';

/**
 * The plan, with what Azure would refuse of it told before anything is written. A plan that makes nothing, takes nothing over
 * and runs no other images asks nothing.
 *
 * @param asksForRights whether who plans is who deploys
 */
export async function planAsAzureAllows(
  azure: Azure,
  input: PlanInput,
  { secrets, asksForRights }: { readonly secrets: SecretSource; readonly asksForRights: boolean },
): Promise<Plan> {
  const plan = makePlan(input);
  const { config, target, state } = input;
  const [created, adopted] = [resourcesOf('create', plan, input), resourcesOf('adopt', plan, input)];
  const images = newImages(plan, input);
  if (target.subscriptionId === null || created.length + adopted.length + images.length === 0) return plan;
  const subscription = `/subscriptions/${target.subscriptionId}`;
  const vaultUri = recordedOutput(state, 'vaultUri');
  const { refusals, unseen } = together(
    await settleAll([
      askBeforehand({ azure, config, subscription }, created, asksForRights ? [...created, ...adopted] : []),
      imageProblems({ azure, config, secrets, vaultUri }, images),
    ]),
  );
  if (refusals.size === 0 && unseen.length === 0) return plan;
  return makePlan({ ...input, refusals, unseen: [...input.unseen, ...unseen] });
}

async function askBeforehand(
  ground: Ground,
  created: readonly KnownResource[],
  written: readonly KnownResource[],
): Promise<Beforehand> {
  const needs = written.flatMap(writeNeeds);
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
