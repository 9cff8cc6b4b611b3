import { overlay } from '../../../../src/domain/merge.ts';
import { isJsonObject, type Json, type JsonObject, jsonAt } from '../../../../src/shared/json.ts';
import { type Group, type GroupResource, type GroupRevision, lastOf } from '../group.ts';

export type Variation = (group: Group) => Group;

export const APP = 'Microsoft.App/containerApps';
export const ENVIRONMENT = 'Microsoft.App/managedEnvironments';
export const REGISTRY = 'Microsoft.ContainerRegistry/registries';
export const SERVER = 'Microsoft.DBforPostgreSQL/flexibleServers';
export const VAULT = 'Microsoft.KeyVault/vaults';
export const CACHE = 'Microsoft.Cache/redis';
export const IDENTITY = 'Microsoft.ManagedIdentity/userAssignedIdentities';
export const GRANT = 'Microsoft.Authorization/roleAssignments';
export const LOCK = 'Microsoft.Authorization/locks';

/** One after the other. */
export function varied(group: Group, variations: readonly Variation[]): Group {
  return variations.reduce((varying, variation) => variation(varying), group);
}

/** Other names everywhere, as if they had been chosen from the start: in ids, addresses, variables, the configuration and the state. */
export function renamed(names: Readonly<Record<string, string>>): Variation {
  return (group) =>
    JSON.parse(
      Object.entries(names).reduce((text, [from, to]) => text.replaceAll(from, to), JSON.stringify(group)),
    ) as Group;
}

/** Merged into the bodies of these resources. @param name of one; by default all of the type */
export function changed(
  type: string,
  changes: JsonObject | ((body: JsonObject) => JsonObject),
  name?: string,
): Variation {
  const change = typeof changes === 'function' ? changes : (body: JsonObject) => overlay(body, changes);
  return (group) => ({
    ...group,
    resources: group.resources.map((one) =>
      one.type === type && (name === undefined || lastOf(one.id) === name) ? { ...one, body: change(one.body) } : one,
    ),
  });
}

export function added(make: (group: Group) => readonly GroupResource[]): Variation {
  return (group) => ({ ...group, resources: [...group.resources, ...make(group)] });
}

export function without(isGone: (resource: GroupResource) => boolean): Variation {
  return (group) => ({ ...group, resources: group.resources.filter((one) => !isGone(one)) });
}

export function configured(change: (config: string) => string): Variation {
  return (group) => {
    const config = change(group.config);
    if (config === group.config) throw new Error('the configuration did not change');
    return { ...group, config };
  };
}

export function withState(state: string | null): Variation {
  return (group) => ({ ...group, state });
}

export function one(group: Group, type: string, name?: string): GroupResource {
  const found = group.resources.find((one) => one.type === type && (name === undefined || lastOf(one.id) === name));
  if (!found) throw new Error(`the group has no ${type} ${name ?? ''}`);
  return found;
}

/** A child or an extension of a resource: `…/TYPE/NAME`. */
export function below(parent: GroupResource, type: string, name: string, properties: JsonObject): GroupResource {
  const isExtension = !type.startsWith(`${parent.type}/`);
  const id = isExtension ? `${parent.id}/providers/${type}/${name}` : `${parent.id}/${lastOf(type)}/${name}`;
  return { id, type, body: { properties } };
}

/** Beside the others in the group. */
export function inGroup(group: Group, type: string, name: string, body: JsonObject): GroupResource {
  const [first] = group.resources;
  const id = `${first?.id.replace('/resourcegroups/', '/resourceGroups/')}/providers/${type}/${name}`;
  return { id, type, body: { location: first?.body.location ?? '', ...body } };
}

/** The revisions of an app, the last of them as its body has it, unless it says something else. */
export function revised(
  app: string,
  revisions: readonly (Omit<GroupRevision, 'template'> & { readonly template?: (now: JsonObject) => JsonObject })[],
): Variation {
  return (group) => {
    const now = jsonAt(one(group, APP, app).body, 'properties.template');
    const template = isJsonObject(now) ? now : {};
    const all = revisions.map(({ template: change = (same) => same, ...rest }) => ({
      ...rest,
      template: change(template),
    }));
    return { ...group, revisions: { ...group.revisions, [app]: all } };
  };
}

/** The template with another environment variable in its first container. */
export function withVariable(template: JsonObject, variable: JsonObject): JsonObject {
  const containers = Array.isArray(template.containers) ? template.containers : [];
  return {
    ...template,
    containers: containers.map((container: Json) =>
      isJsonObject(container)
        ? { ...container, env: [...(Array.isArray(container.env) ? container.env : []), variable] }
        : container,
    ),
  };
}

/** Of the configuration of an app. */
export function withConfiguration(
  changes: (configuration: JsonObject) => JsonObject,
): (body: JsonObject) => JsonObject {
  return (body) => {
    const configuration = jsonAt(body, 'properties.configuration');
    return overlay(body, { properties: { configuration: changes(isJsonObject(configuration) ? configuration : {}) } });
  };
}

export function withTemplate(change: (template: JsonObject) => JsonObject): (body: JsonObject) => JsonObject {
  return (body) => {
    const template = jsonAt(body, 'properties.template');
    return overlay(body, { properties: { template: change(isJsonObject(template) ? template : {}) } });
  };
}
