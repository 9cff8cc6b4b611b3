import { isJsonObject, type JsonObject } from '../../../shared/json.ts';
import { getResource } from '../../arm/lifecycle.ts';
import type { World } from '../../world.ts';
import { bodyOf } from '../definition/body.ts';
import { isSecure, resolvedType } from '../definition/declared-types.ts';
import { DEPLOYMENT_TYPE } from '../definition/steps.ts';
import { sectionOf } from '../definition/template.ts';
import { NotKnownYet, TemplateError } from '../expressions/scope.ts';
import { leftOut } from '../running/delete-the-rest.ts';
import type { DeploymentRun, DeploymentStep } from '../running/deployment-run.ts';
import { nestedOrder, planRun } from '../running/plan-run.ts';
import { RefusedError } from '../running/refused.ts';
import { answerOfType, isReply, requestOf, type Types, targetOf } from '../running/resource-requests.ts';
import { scopeOfRun } from '../running/run-scope.ts';
import { deltaOf } from './delta.ts';
import { readOnlyPaths, withoutReadOnly } from './read-only.ts';

/** https://learn.microsoft.com/rest/api/resources/deployments/what-if#whatifresultformat */
export type ResultFormat = 'FullResourcePayloads' | 'ResourceIdOnly';

interface Found {
  readonly changes: readonly JsonObject[];
  readonly diagnostics: readonly JsonObject[];
}

/**
 * What a deployment would do with each resource: https://learn.microsoft.com/azure/azure-resource-manager/templates/deploy-what-if.
 * Nested deployments are looked into as far as their parameters are known beforehand.
 */
export function changesOf(world: World, run: DeploymentRun, types: Types, format: ResultFormat): Found {
  const runs = expanded(world, run);
  const steps = runs.flatMap(({ run: of }) =>
    of ? of.steps.filter(isResource).map((step) => ({ run: of, step })) : [],
  );
  const told = new Set(steps.map(({ step }) => step.id.toLowerCase()));
  const others =
    run.place.group === undefined ? [] : leftOut(world, run, types).filter((id) => !told.has(id.toLowerCase()));
  const isDeleted = run.mode === 'Complete';
  return {
    changes: [
      ...steps.map(({ run: of, step }) => changeOf(world, of, step, types, format)),
      ...runs.flatMap(({ unknown }) => (unknown ? [unsupported(unknown)] : [])),
      ...others.map((id) => left(world, run, id, types, format, isDeleted ? 'Delete' : 'Ignore')),
    ],
    diagnostics: runs.flatMap(({ unknown }) => (unknown ? [shortCircuited(unknown)] : [])),
  };
}

interface Expanded {
  readonly run?: DeploymentRun;
  /** A nested deployment of which nothing is known beforehand. */
  readonly unknown?: DeploymentStep;
}

/** The run and those nested in it, also inside of each other. */
function expanded(world: World, run: DeploymentRun): readonly Expanded[] {
  const scope = scopeOfRun(world, run, run.parameters);
  const nested = run.steps.filter(({ type, isDeployed }) => isDeployed && type === DEPLOYMENT_TYPE);
  return [
    { run },
    ...nested.flatMap((step): readonly Expanded[] => {
      try {
        return expanded(world, planRun(world, nestedOrder(run, step, scope), run));
      } catch (error) {
        if (error instanceof NotKnownYet || error instanceof RefusedError) return [{ unknown: step }];
        throw error;
      }
    }),
  ];
}

function isResource({ type, isDeployed }: DeploymentStep): boolean {
  return isDeployed && type !== DEPLOYMENT_TYPE;
}

function changeOf(
  world: World,
  run: DeploymentRun,
  step: DeploymentStep,
  types: Types,
  format: ResultFormat,
): JsonObject {
  const { id, type, apiVersion, name } = step;
  const view = viewedBy(world, run, id, apiVersion, types);
  const resourceId = { resourceId: id };
  if (format === 'ResourceIdOnly') return { ...resourceId, changeType: view ? 'Deploy' : 'Create' };
  const envelope = { id, name: name.split('/').at(-1) ?? name, type, apiVersion };
  const scope = scopeOfRun(world, masked(run), masked(run).parameters);
  const body = bodyOf(run.template, step, scope, (text, error) => {
    if (error instanceof TemplateError) return text;
    throw error;
  });
  const after = { ...body, ...envelope };
  if (!view) return { ...resourceId, changeType: 'Create', before: null, after, delta: null };
  const before = withoutReadOnly(view, type, apiVersion);
  const delta = deltaOf(before, body, readOnlyPaths(type, apiVersion));
  const changeType = delta.length === 0 ? 'NoChange' : delta.every(isNoEffect) ? 'NoEffect' : 'Modify';
  return { ...resourceId, changeType, before: { ...before, ...envelope }, after, delta };
}

function isNoEffect({ propertyChangeType }: JsonObject): boolean {
  return propertyChangeType === 'NoEffect';
}

/** Secrets are in no answer. */
function masked(run: DeploymentRun): DeploymentRun {
  const declared = sectionOf(run.template, 'parameters');
  const hidden = Object.entries(run.parameters).map(([name, value]) => {
    const type = declared[name];
    return [name, isJsonObject(type) && isSecure(resolvedType(type, run.template)) ? '*******' : value] as const;
  });
  return { ...run, parameters: Object.fromEntries(hidden) };
}

function viewedBy(
  world: World,
  run: DeploymentRun,
  id: string,
  apiVersion: string,
  types: Types,
): JsonObject | undefined {
  const target = targetOf(world, requestOf('GET', id, apiVersion, run), types);
  if (isReply(target)) return undefined;
  const { status, body } = target.rest.length > 0 ? answerOfType(target) : getResource(target);
  return status < 300 && isJsonObject(body) ? body : undefined;
}

/** What is there and not in the template. */
function left(
  world: World,
  run: DeploymentRun,
  id: string,
  types: Types,
  format: ResultFormat,
  changeType: string,
): JsonObject {
  const type = world.resource(id)?.type ?? '';
  const apiVersion = types.get(type.toLowerCase())?.apiVersions[0] ?? '';
  const view = format === 'ResourceIdOnly' ? undefined : viewedBy(world, run, id, apiVersion, types);
  return {
    resourceId: id,
    changeType,
    ...(view && {
      before: { ...withoutReadOnly(view, type, apiVersion), id, type, apiVersion },
      after: null,
      delta: null,
    }),
  };
}

/** https://aka.ms/WhatIfUnidentifiableResource */
function unsupported({ id, key }: DeploymentStep): JsonObject {
  return {
    resourceId: id,
    changeType: 'Unsupported',
    unsupportedReason: `Changes to the resource declared at 'properties.template.resources.${key}' cannot be analyzed because its resource ID or API version cannot be calculated until the deployment is under way. Please see https://aka.ms/WhatIfUnidentifiableResource for more information.`,
    before: null,
    after: null,
    delta: null,
  };
}

/** https://aka.ms/WhatIfEvalStopped */
function shortCircuited({ id }: DeploymentStep): JsonObject {
  return {
    level: 'Warning',
    code: 'NestedDeploymentShortCircuited',
    target: id,
    message:
      'A nested deployment got short-circuited and all its resources got skipped from validation. This is due to a nested template having a parameter that was not fully evaluated (e.g. contains a reference() function). Please see https://aka.ms/WhatIfEvalStopped for more guidance.',
  };
}
