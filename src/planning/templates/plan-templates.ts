import type { Azure } from '../../azure/ports.ts';
import { whatIf } from '../../azure/templates/what-if.ts';
import type { DeploymentConfig } from '../../domain/config/model.ts';
import { groupOf } from '../../domain/ids.ts';
import type { OutputReader } from '../../domain/outputs.ts';
import { stepLeaving } from '../../domain/outputs.ts';
import type { PlannedStep } from '../../domain/plan-schema.ts';
import type { RunOptions } from '../../domain/run.ts';
import type { EnvironmentState } from '../../domain/state.ts';
import type { StepName } from '../../domain/steps.ts';
import { templateKey, templateMaking } from '../../domain/templates/template-key.ts';
import type { WhatIfChange } from '../../domain/templates/what-if.ts';
import { withSecretValues } from '../../engine/generic/secret-values.ts';
import { settleAll } from '../../engine/settle.ts';
import { deploymentRequest, templateOf } from '../../resources/templates/template-deployment.ts';
import { recordedParts } from '../../resources/templates/template-part.ts';
import { UserError } from '../../shared/errors.ts';
import { canonicalJson, jsonAt, scalarText } from '../../shared/json.ts';
import type { FoundResources } from '../find-resources.ts';
import type { WantedResource } from '../forecast.ts';
import type { LiveResources } from '../live-resources.ts';
import { declaredLines, type Part, partLines, unchangedLine } from './template-lines.ts';
import type { TemplatePlan } from './template-plan.ts';

export interface TemplatePlanInput {
  readonly azure: Azure;
  readonly environment: string;
  readonly config: DeploymentConfig;
  readonly state: EnvironmentState;
  readonly options: RunOptions;
  /** As they will be. */
  readonly outputs: OutputReader;
  readonly planned: readonly PlannedStep[];
  readonly wanted: readonly WantedResource[];
  readonly live: LiveResources;
  readonly found: FoundResources | undefined;
}

/** Asks Azure what each template that is deployed again would change: advice, since Azure itself may not know it. */
export async function planTemplates(input: TemplatePlanInput): Promise<TemplatePlan> {
  const names = Object.keys(input.config.templates ?? {});
  const plans = await settleAll(names.map((name) => planTemplate(input, name)));
  return {
    lines: plans.flatMap(({ lines }) => lines),
    bodies: new Map(plans.flatMap(({ bodies }) => [...bodies])),
    unseen: plans.flatMap(({ unseen }) => unseen),
    again: new Map(plans.flatMap(({ again }) => [...again])),
  };
}

async function planTemplate(input: TemplatePlanInput, name: string): Promise<TemplatePlan> {
  const { config, state } = input;
  const key = templateKey(name);
  const wanted = input.wanted.find(({ resource }) => resource.key === key);
  const parts = recordedParts(config, state).filter((part) => templateMaking(part.key) === name);
  const why = wanted && whyDue(input, wanted, parts);
  if (!wanted || why === undefined)
    return { lines: parts.map(unchangedLine), bodies: new Map(), unseen: [], again: new Map() };
  const again = new Map([[key, `the template ${name} is deployed again: ${why}`]]);
  const { resource } = wanted;
  const known = await asked(input, wanted, name);
  if ('why' in known) {
    const unseen = [`what the template ${name} changes: ${known.why}`];
    const lines = declaredLines({
      name,
      template: templateOf(input, name),
      parts,
      group: groupOf(resource.id),
      by: resource.step,
    });
    return { lines, bodies: new Map(), unseen, again };
  }
  const others = new Map(
    input.wanted
      .map((one) => [one.resource.id.toLowerCase(), one.resource.key] as const)
      .filter(([, one]) => one !== key),
  );
  return {
    ...partLines({ ...input, name, key, template: templateOf(input, name), parts, others, changes: known.changes }),
    again,
  };
}

/**
 * Why it is sent, by the same questions as the step asks: it or its values changed, something is gone, it failed, or it is to be repaired.
 * Undefined: it is not.
 */
function whyDue(
  { planned, options, state, live, found }: TemplatePlanInput,
  { resource, by }: WantedResource,
  parts: readonly Part[],
): string | undefined {
  const step = planned.find((one) => by.includes(one.step) && one.action !== 'skip');
  if (!step) return undefined;
  const there = live.get(resource.id.toLowerCase());
  if (there === undefined) return 'it was not deployed, or its history is gone';
  if (canonicalJson(state.resources[resource.key]?.applied) !== canonicalJson(resource.body)) return 'it changed';
  const ended = scalarText(
    typeof there === 'object' ? jsonAt(there, 'properties.provisioningState') : '',
  ).toLowerCase();
  if (ended !== '' && ended !== 'succeeded') return `its last deployment has ended as ${ended}`;
  const gone = parts.find(({ id, kind }) => found && kind.listing === 'member' && !found.marks.has(id.toLowerCase()));
  if (gone) return `${gone.title} is gone`;
  const isForced = options.refresh === true || options.forceAll || options.forceSteps.includes(step.step);
  return isForced ? 'what was changed by hand is put back' : undefined;
}

/** Azure's answer, or why there is none. */
async function asked(
  input: TemplatePlanInput,
  { resource, variants }: WantedResource,
  name: string,
): Promise<{ readonly changes: readonly WhatIfChange[] } | { readonly why: string }> {
  const open = [...variants].flatMap(([step, variant]): StepName[] =>
    canonicalJson([variant.id, variant.body]) === canonicalJson([resource.id, resource.body]) ? [] : [step],
  );
  if (open.length > 0) return { why: `known only after ${open.join(', ')}, whose outputs it is given` };
  if (!input.found?.marks.has(groupOf(resource.id).toLowerCase()))
    return { why: `known only after ${stepLeaving('resourceGroupId')}, since there is no group to ask about` };
  try {
    const request = deploymentRequest(templateOf(input, name), await withSecretValues(input, resource.body));
    const answer = await whatIf(input.azure.arm, resource.id, resource.kind.apiVersion, request);
    return answer.kind === 'known' ? answer : { why: answer.why };
  } catch (error) {
    // A secret that is not in the vault yet, or not for who plans.
    if (error instanceof UserError) return { why: error.message };
    throw error;
  }
}
