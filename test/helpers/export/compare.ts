import type { ExportInput } from '../../../src/export/export-input.ts';
import { isJsonObject, type Json, type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import { deployTemplate } from '../templates/deploy-template.ts';
import { WORLD, wantedBodies } from './exported.ts';

/** What stands for a secret that is read from the vault when a template is deployed. */
const SECRET = /\$\{secret [^}]+\}/g;

/** What the plan has, by ids. A password is no part of it: the server has one that the vault knows. */
export function comparable(input: ExportInput): Readonly<Record<string, JsonObject>> {
  return byId(wantedBodies(input).map((one) => ({ ...one, body: masked(one.body) as JsonObject })));
}

/** What the deployment of a template sends, by ids. */
export function deployedBodies(template: JsonObject, parameters: JsonObject): Readonly<Record<string, JsonObject>> {
  const given = Object.entries(parameters.parameters as JsonObject).map(([name, one]) => [
    name,
    isJsonObject(one) && 'value' in one ? one.value : '(secret)',
  ]);
  return byId(deployTemplate(template, Object.fromEntries(given), WORLD));
}

export function byId(
  all: readonly {
    readonly id: string;
    readonly type: string;
    readonly apiVersion: string;
    readonly body: JsonObject;
  }[],
) {
  return Object.fromEntries(
    all.map(({ id, type, apiVersion, body }) => [id.toLowerCase(), { type, apiVersion, body: withoutPassword(body) }]),
  );
}

function withoutPassword(body: JsonObject): JsonObject {
  const { properties } = body;
  if (jsonAt(body, 'properties.administratorLoginPassword') === undefined || !isJsonObject(properties)) return body;
  const { administratorLoginPassword, ...rest } = properties;
  if (administratorLoginPassword !== '(secret)') throw new Error('the password is written in the template');
  return { ...body, properties: rest };
}

function masked(value: Json): Json {
  if (typeof value === 'string') return value.replaceAll(SECRET, '(secret)');
  if (Array.isArray(value)) return value.map(masked);
  return isJsonObject(value)
    ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, masked(member)]))
    : value;
}
