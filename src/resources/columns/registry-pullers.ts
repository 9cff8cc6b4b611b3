import { nameOf } from '../../domain/ids.ts';
import { isJsonObject, type Json, type JsonObject, jsonAt, scalarText } from '../../shared/json.ts';
import { CONTAINER_APP } from '../container-app.ts';
import { JOB } from '../job.ts';
import type { Dependents } from '../kind.ts';

/**
 * Apps and jobs of other people that pull with the password of the registry's admin user
 * (https://learn.microsoft.com/azure/container-registry/container-registry-authentication#admin-account): without it no new
 * replica of theirs starts. Those outside of Container Apps are not to be found.
 */
export const PULLERS_BY_PASSWORD: Dependents = {
  questions: ({ id }, subscription) =>
    [CONTAINER_APP, JOB].map(({ type, apiVersion }) =>
      [subscription, id.split('/providers/')[0] ?? ''].map((scope) => ({
        method: 'LIST',
        path: `${scope}/providers/${type}`,
        apiVersion,
      })),
    ),
  cutOff: (found, { live, own }) =>
    found
      .filter((one) => !own.has(scalarText(one.id).toLowerCase()) && pullsByPassword(one, live))
      .map(({ id }) => nameOf(scalarText(id))),
  by: 'the password of its admin user',
  remedy: 'it stays on until they pull by identities with the role AcrPull',
  otherwise: 'keep',
};

function pullsByPassword(workload: JsonObject, registry: JsonObject): boolean {
  const server = scalarText(jsonAt(registry, 'properties.loginServer')).toLowerCase();
  const [admin] = server.split('.');
  const registries = members(jsonAt(workload, 'properties.configuration.registries'));
  const isAdmin = registries.some(
    (one) => scalarText(one.server).toLowerCase() === server && scalarText(one.username).toLowerCase() === admin,
  );
  const containers = ['containers', 'initContainers'].flatMap((key) =>
    members(jsonAt(workload, `properties.template.${key}`)),
  );
  return isAdmin && containers.some(({ image }) => scalarText(image).toLowerCase().startsWith(`${server}/`));
}

function members(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
