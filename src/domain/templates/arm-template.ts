import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import { LIMITS } from '../../shared/limits.ts';
import { type SecretScope, secretScope } from './secret-expressions.ts';

/** What came of reading, or compiling, one template. */
export type CompiledTemplate =
  | { readonly ok: true; readonly template: JsonObject }
  | { readonly ok: false; readonly problem: string };

/** What was read for each template, by the name that a configuration gives it. */
export type CompiledTemplates = Readonly<Record<string, CompiledTemplate>>;

/** Of a template that is deployed to a group, whatever the day in its address. */
const GROUP_SCHEMA = /\/deploymentTemplate\.json#?$/i;
const OTHER_SCHEMAS: readonly (readonly [RegExp, string])[] = [
  [/\/subscriptionDeploymentTemplate\.json#?$/i, 'a subscription'],
  [/\/managementGroupDeploymentTemplate\.json#?$/i, 'a management group'],
  [/\/tenantDeploymentTemplate\.json#?$/i, 'a tenant'],
];

/**
 * A template as JSON, as a compiler or a person writes it: https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax.
 * What the compiler says of itself is left out, so that another version of it is no other template.
 */
export function readTemplate(text: string): CompiledTemplate {
  if (Buffer.byteLength(text) > LIMITS.templateBytes.value)
    return refused(`has more than ${LIMITS.templateBytes.value} bytes, which Azure takes for no template`);
  const template = parsedObject(text);
  return template ? checkedTemplate(template) : refused('is no template: it is not a JSON object');
}

/** The same of those that came with a request. */
export function templatesOf(given: Readonly<Record<string, JsonObject>>): CompiledTemplates {
  return Object.fromEntries(Object.entries(given).map(([name, template]) => [name, checkedTemplate(template)]));
}

function checkedTemplate(template: JsonObject): CompiledTemplate {
  const schema = typeof template.$schema === 'string' ? template.$schema : '';
  const other = OTHER_SCHEMAS.find(([pattern]) => pattern.test(schema));
  if (other)
    return refused(
      `is for ${other[1]}; templates are deployed to the resource group (in Bicep: targetScope 'resourceGroup')`,
    );
  if (!GROUP_SCHEMA.test(schema)) return refused('is no template: its $schema names no deploymentTemplate.json');
  if (!(Array.isArray(template.resources) || isJsonObject(template.resources)))
    return refused('is no template: it has no resources');
  return withoutLinks(withoutGenerator(template));
}

function refused(problem: string): CompiledTemplate {
  return { ok: false, problem };
}

function parsedObject(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What is behind a link can change without the template: https://learn.microsoft.com/azure/azure-resource-manager/templates/linked-templates */
function withoutLinks(template: JsonObject): CompiledTemplate {
  const linked = templateResources(template).find(({ isLinked }) => isLinked);
  if (!linked) return { ok: true, template };
  return refused(`links to another template (${linked.name}), which is not read; put it in, as a module of Bicep is`);
}

/** `metadata._generator`, also of templates in it. */
function withoutGenerator<Value extends Json>(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutGenerator) as Value;
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).flatMap(([key, member]): [string, Json][] => {
    if (key !== 'metadata' || !isJsonObject(member) || !('_generator' in member))
      return [[key, withoutGenerator(member)]];
    const { _generator: _, ...rest } = member;
    return Object.keys(rest).length === 0 ? [] : [[key, withoutGenerator(rest)]];
  });
  return Object.fromEntries(members) as Value;
}

/** One that a template names, in it or in a template within it. */
export interface TemplateResource {
  readonly type: string;
  readonly apiVersion: string;
  /** As it is written: an expression, or text. */
  readonly name: string;
  /** It has to be there, and is not made. */
  readonly isExisting: boolean;
  readonly isLinked: boolean;
  /** Paths of what it sets besides its name and place; arrays are one value. None of `secretPaths` is one of them. */
  readonly paths: readonly string[];
  /** Paths of what comes of something secret, which Azure may answer in clear all the same. */
  readonly secretPaths: readonly string[];
}

/** What is said of a resource, and is none of its fields: https://learn.microsoft.com/azure/azure-resource-manager/templates/resource-declaration */
const NO_FIELDS = new Set([
  ...['type', 'apiVersion', 'name', 'condition', 'comments', 'scope', 'dependsOn', 'copy', 'resources', 'existing'],
  ...['import', 'metadata', 'asserts', 'subscriptionId', 'resourceGroup'],
]);

/** All that it names, at whatever depth; deployments within it by what they deploy. */
export function templateResources(template: JsonObject): readonly TemplateResource[] {
  return resourcesOf(template, secretScope(template));
}

function resourcesOf(template: JsonObject, scope: SecretScope): readonly TemplateResource[] {
  return membersOf(template.resources).flatMap((resource) => resourcesIn(resource, '', scope));
}

function membersOf(resources: Json | undefined): readonly JsonObject[] {
  return Object.values(Array.isArray(resources) || isJsonObject(resources) ? resources : []).filter(isJsonObject);
}

function resourcesIn(resource: JsonObject, parent: string, scope: SecretScope): readonly TemplateResource[] {
  const written = typeof resource.type === 'string' ? resource.type : '';
  // Of a child that stands within its parent only the last part.
  const type = parent === '' || written.includes('.') ? written : `${parent}/${written}`;
  const properties = isJsonObject(resource.properties) ? resource.properties : {};
  const isDeployment = type.toLowerCase() === 'microsoft.resources/deployments';
  const within =
    isDeployment && isJsonObject(properties.template) ? resourcesOf(properties.template, scope.within(resource)) : [];
  const children = membersOf(resource.resources).flatMap((child) => resourcesIn(child, type, scope));
  if (isDeployment && properties.templateLink === undefined) return [...within, ...children];
  const fields = Object.entries(resource).flatMap(([key, value]) => (NO_FIELDS.has(key) ? [] : leaves(value, [key])));
  const placesOf = (found: readonly Leaf[]): readonly string[] => found.map(({ path }) => path.join('.'));
  const own: TemplateResource = {
    type,
    apiVersion: typeof resource.apiVersion === 'string' ? resource.apiVersion : '',
    name: typeof resource.name === 'string' ? resource.name : '',
    isExisting: resource.existing === true,
    isLinked: isDeployment,
    paths: placesOf(fields.filter(({ value }) => !scope.isSecret(value))),
    secretPaths: placesOf(fields.filter(({ value }) => scope.isSecret(value))),
  };
  return [own, ...within, ...children];
}

interface Leaf {
  readonly path: readonly string[];
  readonly value: Json;
}

function leaves(value: Json, path: readonly string[]): readonly Leaf[] {
  const isOpen = isJsonObject(value) && Object.keys(value).length > 0 && value.copy === undefined;
  // A name that is computed is known to Azure alone.
  if (!isOpen || Object.keys(value).some((key) => key.startsWith('['))) return [{ path, value }];
  return Object.entries(value).flatMap(([key, member]) => leaves(member, [...path, key]));
}
