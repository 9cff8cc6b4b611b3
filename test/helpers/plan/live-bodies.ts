import type { Arm } from '../../../src/azure/ports.ts';
import { typeOf } from '../../../src/domain/ids.ts';
import { overlay } from '../../../src/domain/merge.ts';
import { kindOf } from '../../../src/resources/registry.ts';
import { isJsonObject, type Json, type JsonObject, jsonAt } from '../../../src/shared/json.ts';

/**
 * What Azure answers of the resources that are of kinds that deployments make, by lower-case id; with the values of apps' own
 * secrets, which it tells only when it is asked for them, since a write may have to carry them.
 *
 * @param versions of the management API for resources of any type, by lower-case id
 */
export async function liveBodies(
  arm: Arm,
  ids: readonly string[],
  versions: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, JsonObject>>> {
  const bodies = await Promise.all(
    ids.map(async (id) => {
      const version = kindOf(typeOf(id))?.apiVersion ?? versions[id.toLowerCase()];
      const body = version === undefined ? undefined : await arm.get(id, version);
      return version !== undefined && body
        ? [[id.toLowerCase(), await withOwnSecrets(arm, id, version, body)] as const]
        : [];
    }),
  );
  return Object.fromEntries(bodies.flat());
}

/** Of an app or a job, and of a component of Dapr. */
const SECRETS = ['properties.configuration.secrets', 'properties.secrets'];

async function withOwnSecrets(arm: Arm, id: string, apiVersion: string, body: JsonObject): Promise<JsonObject> {
  const path = SECRETS.find((one) => Array.isArray(jsonAt(body, one)));
  const secrets = path === undefined ? undefined : jsonAt(body, path);
  if (path === undefined || !Array.isArray(secrets)) return body;
  if (!secrets.filter(isJsonObject).some((one) => one.keyVaultUrl === undefined)) return body;
  const reply = await arm.post(`${id}/listSecrets`, apiVersion);
  const told = reply.kind === 'done' && isJsonObject(reply.body) ? reply.body.value : undefined;
  if (!Array.isArray(told)) throw new Error(`${id} does not tell its secrets`);
  const values = new Map(told.filter(isJsonObject).map(({ name, value = null }) => [name, value]));
  const filled = secrets
    .filter(isJsonObject)
    .map((one) => (one.keyVaultUrl === undefined ? { ...one, value: values.get(one.name ?? null) ?? null } : one));
  const [, ...keys] = path.split('.');
  return overlay(body, { properties: keys.reduceRight<Json>((below, key) => ({ [key]: below }), filled) });
}
