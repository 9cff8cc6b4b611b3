import type { DeploymentConfig } from '../../domain/config/model.ts';
import type { StepResource } from '../../domain/desired.ts';
import { nameOf, typeOf } from '../../domain/ids.ts';
import type { PlannedChange, PlannedResource } from '../../domain/plan-schema.ts';
import type { RunOptions } from '../../domain/run.ts';
import { shownValue } from '../../domain/shown-value.ts';
import type { EnvironmentState } from '../../domain/state.ts';
import type { StepName } from '../../domain/steps.ts';
import { templateResources } from '../../domain/templates/arm-template.ts';
import type { TemplateConfig } from '../../domain/templates/template-config.ts';
import { partKey, templateKey } from '../../domain/templates/template-key.ts';
import { isWithin, type WhatIfChange, withoutNoise } from '../../domain/templates/what-if.ts';
import { whyTaken } from '../../engine/templates/look-before.ts';
import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import type { TemplatePlan } from './template-plan.ts';

/** Something that a template made, as the state has it. */
export type Part = StepResource;

export function unchangedLine({ key, id, kind: { type } }: Part): PlannedResource {
  return { key, id, type, action: 'unchanged' };
}

/** What is known where Azure could not be asked: what the template made last, and the types of what else it names. */
export function declaredLines({
  name,
  template,
  parts,
  group,
  by,
}: {
  readonly name: string;
  readonly template: TemplateConfig;
  readonly parts: readonly Part[];
  readonly group: string;
  readonly by: StepName;
}): readonly PlannedResource[] {
  const made = new Set(parts.map(({ kind }) => kind.type.toLowerCase()));
  const again = parts.map(
    (part): PlannedResource => ({
      ...unchangedLine(part),
      action: 'update',
      reason: `${part.title}: deployed again with its template`,
      maybe: [by],
    }),
  );
  const others = templateResources(template.template)
    .filter(({ type, isExisting }) => !isExisting && !made.has(type.toLowerCase()))
    .map(({ type, name: written }, index): PlannedResource => {
      const last = written.startsWith('[') ? `(known after ${by})` : nameOf(written);
      const place = `${type}/${written.startsWith('[') ? index + 1 : written}`;
      return {
        key: `${templateKey(name)}/${place}`,
        id: `${group}/providers/${type}/${last}`,
        type,
        action: 'create',
        reason: `${type} of the template ${name}, where its conditions are met`,
        maybe: [by],
      };
    });
  return [...again, ...others];
}

interface Answered {
  readonly environment: string;
  readonly config: DeploymentConfig;
  readonly state: EnvironmentState;
  readonly options: RunOptions;
  readonly name: string;
  /** Of the deployment. */
  readonly key: string;
  readonly template: TemplateConfig;
  readonly parts: readonly Part[];
  /** Lower-case ids of what the configuration wants besides → its key. */
  readonly others: ReadonlyMap<string, string>;
  readonly changes: readonly WhatIfChange[];
}

/** A line for each thing that Azure names, and for what the template names no more. */
export function partLines(input: Answered): Omit<TemplatePlan, 'again'> {
  const { name, parts, changes } = input;
  const lines = changes.map((change) => lineOf(input, change));
  const named = new Set(changes.map(({ id }) => id.toLowerCase()));
  const dropped = parts.filter(({ id }) => !named.has(id.toLowerCase()));
  return {
    lines: [...lines, ...dropped.map((part) => leftLine(name, part))],
    bodies: new Map(
      changes.map(({ id, before, after }) => [
        partKey(name, id),
        { ...(before && { now: before }), ...((after ?? before) && { after: after ?? before }) } as {
          now?: JsonObject;
          after?: JsonObject;
        },
      ]),
    ),
    unseen: changes.flatMap(({ id, kind, why = 'it does not say why' }) =>
      kind === 'unsupported'
        ? [`${typeOf(id)} ${nameOf(id)} of the template ${name}: Azure does not foresee it (${why})`]
        : [],
    ),
  };
}

function leftLine(name: string, part: Part): PlannedResource {
  return {
    ...unchangedLine(part),
    action: 'left_behind',
    reason: `the template ${name} names it no more; left as it is, and "destroy --left-behind" removes it afterwards`,
  };
}

function lineOf(input: Answered, change: WhatIfChange): PlannedResource {
  const { name, key, others } = input;
  const { id, kind } = change;
  const type = typeOf(id);
  const title = `${type} ${nameOf(id)} of the template ${name}`;
  const line = (action: PlannedResource['action'], more: Partial<PlannedResource> = {}): PlannedResource => ({
    key: partKey(name, id),
    id,
    type,
    action,
    ...more,
  });
  const other = others.get(id.toLowerCase());
  if (other !== undefined)
    return line('forbidden', { reason: `${title} is ${other} of this configuration, too; say it once` });
  const taken = whyTaken(input, key, change);
  if (taken) {
    const way = taken.isOpen ? '; --adopt takes it over' : '';
    const why = taken.code === 'template_takes_ours' ? `is ${taken.of}, and no template changes that` : taken.of;
    return line('forbidden', { reason: `${title} ${why} (${id})${way}` });
  }
  switch (kind) {
    case 'create':
      return line('create', { reason: `${title}, as Azure foresees it` });
    case 'modify': {
      const changes = changesOf(input, change);
      return changes.length > 0
        ? line('update', { reason: `${title}, as Azure foresees it`, changes })
        : line('unchanged');
    }
    case 'deploy':
    case 'unsupported':
      return line('update', { reason: `${title}: Azure does not tell what changes`, maybe: [templateKey(name)] });
    default:
      return line('unchanged');
  }
}

function changesOf({ template, parts }: Answered, { id, fields }: WhatIfChange): PlannedChange[] {
  const type = typeOf(id).toLowerCase();
  const declared = templateResources(template.template).filter((one) => one.type.toLowerCase() === type);
  const applied = parts.find((part) => part.id.toLowerCase() === id.toLowerCase())?.body ?? {};
  const said = [...declared.flatMap(({ paths }) => paths), ...leafPaths(applied)];
  const secret = declared.flatMap(({ secretPaths }) => secretPaths);
  return withoutNoise(fields, [...said, ...secret]).map(({ path, before, after }) => {
    // Azure hides what a secure parameter is sent for, and not what an API answers in clear.
    const shown = secret.some((one) => isWithin(path, one)) ? () => '(hidden)' : shownValue;
    return { path, from: shown(path, before), to: shown(path, after), owner: 'setting' };
  });
}

function leafPaths(body: JsonObject, path: readonly string[] = []): readonly string[] {
  return Object.entries(body).flatMap(([key, value]) =>
    isJsonObject(value) ? leafPaths(value, [...path, key]) : [[...path, key].join('.')],
  );
}
