import { z } from 'zod';
import { whatIf } from '../../azure/templates/what-if.ts';
import type { DesiredResource } from '../../domain/desired.ts';
import { nameOf, typeOf } from '../../domain/ids.ts';
import { markOf } from '../../domain/tags.ts';
import { templateMaking } from '../../domain/templates/template-key.ts';
import type { WhatIfChange } from '../../domain/templates/what-if.ts';
import { UserError } from '../../shared/errors.ts';
import type { JsonObject } from '../../shared/json.ts';
import { defineRecords } from '../record.ts';
import type { StepContext } from '../step.ts';
import { tellOnce } from '../tell-once.ts';

/** What was not there before this run, or the one whose place it takes, first sent a template. */
const absences = defineRecords({ name: 'absent', scope: 'inherited', schema: z.object({ ids: z.array(z.string()) }) });

/** Whether a deployment of this run has made it: it was not there before. */
export function isMadeHere({ memory }: Pick<StepContext, 'memory'>, key: string, id: string): boolean {
  return memory.read(absences, key)?.ids.includes(id.toLowerCase()) ?? false;
}

/**
 * Looks at what a deployment would meet, right before it is sent.
 *
 * @param request as it is sent
 * @throws UserError `template_takes_ours`, `resource_not_ours`
 */
export async function lookBefore(
  context: StepContext,
  { key, id, title, kind }: DesiredResource,
  request: JsonObject,
): Promise<void> {
  const found = await whatIf(context.azure.arm, id, kind.apiVersion, request);
  if (found.kind === 'unknown') {
    const message = `${title}: what it meets could not be looked at (${found.why}); a deletion of the environment leaves what nobody saw it make`;
    await tellOnce(context, `unseen:${key}`, message, (text) => context.log('warning', text));
    return;
  }
  for (const change of found.changes) requireFree(context, key, title, change);
  const known = context.memory.read(absences, key)?.ids ?? [];
  const absent = found.changes.flatMap((one) => (one.kind === 'create' ? [one.id.toLowerCase()] : []));
  await context.memory.write(absences, { ids: [...new Set([...known, ...absent])] }, key);
}

function requireFree(context: StepContext, key: string, title: string, change: WhatIfChange): void {
  const why = whyTaken(context, key, change);
  if (why === undefined || isMadeHere(context, key, change.id)) return;
  const what = `${typeOf(change.id)} ${nameOf(change.id)}`;
  if (why.code === 'template_takes_ours')
    throw new UserError(`${title} names ${what}, which is ${why.of}: ${change.id}`, {
      code: why.code,
      hint: 'Say it once: take it out of the template, where it may be named as existing, or out of the configuration.',
    });
  throw new UserError(`${title} would change ${what}, which ${why.of}: ${change.id}`, {
    code: why.code,
    hint: why.isOpen
      ? 'Give it another name in the template, or take it over with --adopt.'
      : 'Give it another name in the template. No environment takes what is of another one.',
  });
}

export interface Taken {
  readonly code: 'template_takes_ours' | 'resource_not_ours';
  /** For people. */
  readonly of: string;
  /** `--adopt` lets it be taken over. */
  readonly isOpen?: boolean;
}

/** Why a template may not change what is there; undefined: it may. */
export function whyTaken(
  { state, environment, options }: Pick<StepContext, 'state' | 'environment' | 'options'>,
  key: string,
  { id, kind, before }: WhatIfChange,
): Taken | undefined {
  const template = templateMaking(`${key}/`);
  const owner = Object.entries(state.resources).find(([, record]) => record.id.toLowerCase() === id.toLowerCase())?.[0];
  if (owner !== undefined)
    return templateMaking(owner) === template
      ? undefined
      : { code: 'template_takes_ours', of: `${owner} of this environment` };
  const isThere = kind !== 'create' && kind !== 'unsupported';
  const mark = markOf(before?.tags, environment);
  if (typeof mark === 'object') return { code: 'resource_not_ours', of: `is of the environment ${mark.environment}` };
  const isLeft = Object.values(state.left_behind).some((record) => record.id.toLowerCase() === id.toLowerCase());
  if (!isThere || isLeft || mark === 'ours' || options.adopt) return undefined;
  return { code: 'resource_not_ours', of: 'exists and is not of this environment', isOpen: true };
}
