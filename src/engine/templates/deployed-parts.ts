import type { Arm, ArmResource } from '../../azure/ports.ts';
import { plainSecrets } from '../../domain/generic/plain-secrets.ts';
import { nameOf, typeOf } from '../../domain/ids.ts';
import { type TemplateResource, templateResources } from '../../domain/templates/arm-template.ts';
import { DEPLOYMENT_TYPE, DEPLOYMENT_VERSION, type TemplateConfig } from '../../domain/templates/template-config.ts';
import { partKey } from '../../domain/templates/template-key.ts';
import { isJsonObject, type Json, type JsonObject, jsonAt, scalarText } from '../../shared/json.ts';
import { settleEach } from '../settle.ts';

const READS_AT_A_TIME = 8;

/** One step of a deployment, as Azure tells it: https://learn.microsoft.com/rest/api/resources/deployment-operations/list */
export interface DeployedOperation {
  readonly id: string;
  readonly state: string;
  readonly says: Json;
}

/** Everything that a deployment did or tried, those in it as well. */
export async function operationsOf(arm: Pick<Arm, 'list'>, id: string): Promise<readonly DeployedOperation[]> {
  const own = (await arm.list(`${id}/operations`, DEPLOYMENT_VERSION)).flatMap((operation) => {
    const target = scalarText(jsonAt(operation, 'properties.targetResource.id'));
    const what = scalarText(jsonAt(operation, 'properties.provisioningOperation'), 'Create');
    if (target === '' || what !== 'Create') return [];
    const state = scalarText(jsonAt(operation, 'properties.provisioningState'));
    return [{ id: target, state, says: jsonAt(operation, 'properties.statusMessage') ?? null }];
  });
  const nested = own.filter(({ id: target }) => isDeployment(target));
  const within = await settleEach(nested, READS_AT_A_TIME, ({ id: target }) => operationsOf(arm, target));
  return [...own, ...within.flat()];
}

export function isDeployment(id: string): boolean {
  return typeOf(id).toLowerCase() === DEPLOYMENT_TYPE.toLowerCase();
}

export interface DeployedPart {
  readonly id: string;
  readonly apiVersion: string;
  /** What the template set of it, as Azure has it; no secret. */
  readonly body: JsonObject;
  /** Keys of what goes after it. */
  readonly needs: string[];
}

/**
 * What a deployment has made so far, each with what the template set, as Azure has it now.
 *
 * @param deployment as Azure answers it
 */
export async function deployedParts(
  arm: Pick<Arm, 'get' | 'list'>,
  name: string,
  { template }: TemplateConfig,
  deployment: ArmResource,
): Promise<readonly DeployedPart[]> {
  const operations = await operationsOf(arm, deployment.id);
  const outputs = jsonAt(deployment, 'properties.outputResources');
  const told = (Array.isArray(outputs) ? outputs : []).map((one) => scalarText(isJsonObject(one) ? one.id : ''));
  const ids = uniqueIds([...told, ...operations.map(({ id }) => id)]).filter((id) => !isDeployment(id));
  const declared = templateResources(template).filter((one) => !one.isExisting);
  const needs = dependenciesIn(deployment);
  const read = await settleEach(ids, READS_AT_A_TIME, async (id) => {
    const own = declaredAs(declared, id);
    const apiVersion = own[0]?.apiVersion ?? '';
    const live = apiVersion === '' ? undefined : await arm.get(id, apiVersion);
    if (!live) return [];
    const body = withoutSecrets(picked(live, [...new Set(own.flatMap((one) => one.paths))]));
    const after = (needs.get(id.toLowerCase()) ?? []).map((one) => partKey(name, one));
    return [{ id: live.id, apiVersion, body, needs: after }];
  });
  return read.flat();
}

function uniqueIds(ids: readonly string[]): readonly string[] {
  return [...new Map(ids.filter((id) => id !== '').map((id) => [id.toLowerCase(), id])).values()];
}

/** Those of its type; of several the one of its name, where that is no expression. */
function declaredAs(declared: readonly TemplateResource[], id: string): readonly TemplateResource[] {
  const ofType = declared.filter(({ type }) => type.toLowerCase() === typeOf(id).toLowerCase());
  const named = ofType.filter(({ name }) => nameOf(name).toLowerCase() === nameOf(id).toLowerCase());
  return named.length > 0 ? named : ofType;
}

/** https://learn.microsoft.com/rest/api/resources/deployments/get#dependency */
function dependenciesIn(deployment: ArmResource): ReadonlyMap<string, readonly string[]> {
  const all = jsonAt(deployment, 'properties.dependencies');
  return new Map(
    (Array.isArray(all) ? all : []).filter(isJsonObject).map(({ id, dependsOn }) => {
      const others = Array.isArray(dependsOn) ? dependsOn.filter(isJsonObject) : [];
      const ids = others.map((one) => scalarText(one.id)).filter((one) => one !== '' && !isDeployment(one));
      return [scalarText(id).toLowerCase(), ids] as const;
    }),
  );
}

/** Of a live body what stands at these paths, as far as Azure answers it. */
function picked(live: JsonObject, paths: readonly string[]): JsonObject {
  return paths.reduce<JsonObject>((body, path) => {
    const value = jsonAt(live, path);
    return value === undefined ? body : withAt(body, path.split('.'), value);
  }, {});
}

function withAt(body: JsonObject, [key = '', ...rest]: readonly string[], value: Json): JsonObject {
  if (rest.length === 0) return { ...body, [key]: value };
  const within = body[key];
  return { ...body, [key]: withAt(isJsonObject(within) ? within : {}, rest, value) };
}

/** The state has none. */
function withoutSecrets(body: JsonObject): JsonObject {
  return plainSecrets(body, []).reduce<JsonObject>((rest, path) => without(rest, path), body);
}

function without(value: JsonObject, [key = '', ...rest]: readonly string[]): JsonObject {
  const { [key]: member, ...others } = value;
  // A member of an array goes with the whole of it.
  return rest.length > 0 && isJsonObject(member) ? { ...others, [key]: without(member, rest) } : others;
}
