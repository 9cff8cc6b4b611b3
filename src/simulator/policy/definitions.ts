import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import type { World } from '../world.ts';

export const DEFINITION_TYPE = 'Microsoft.Authorization/policyDefinitions';
export const SET_TYPE = 'Microsoft.Authorization/policySetDefinitions';

/** A definition with its parameters in place. */
export interface Rule {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly mode: string;
  readonly condition: Json;
  readonly effect: string;
  readonly details: JsonObject;
}

interface Definition {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly properties: JsonObject;
}

/**
 * Of the many that every tenant has, the one that is about deletions; its words are ours, its parameters Azure's
 * (https://github.com/Azure/Enterprise-Scale/issues/1514).
 */
const BUILT_IN: readonly Definition[] = [
  {
    id: `/providers/${DEFINITION_TYPE}/78460a36-508a-49a4-b2b2-2f5ec564f4bb`,
    name: '78460a36-508a-49a4-b2b2-2f5ec564f4bb',
    type: DEFINITION_TYPE,
    properties: {
      displayName: 'Do not allow deletion of resource types',
      policyType: 'BuiltIn',
      mode: 'Indexed',
      parameters: {
        listOfResourceTypesDisallowedForDeletion: { type: 'Array' },
        effect: { type: 'String', allowedValues: ['DenyAction', 'Disabled'], defaultValue: 'DenyAction' },
      },
      policyRule: {
        if: { field: 'type', in: "[parameters('listOfResourceTypesDisallowedForDeletion')]" },
        // biome-ignore lint/suspicious/noThenProperty: Azure's word for what a rule does.
        then: { effect: "[parameters('effect')]", details: { actionNames: ['delete'] } },
      },
    },
  },
];

export function builtInDefinitions(): readonly Definition[] {
  return BUILT_IN;
}

/** A definition or initiative by its id; undefined when there is none. */
export function definitionOf(world: World, id: string): Definition | undefined {
  const own = world.resource(id);
  if (own && [DEFINITION_TYPE, SET_TYPE].includes(own.type)) {
    return { id: own.id, name: own.name, type: own.type, properties: propertiesOf(own.body) };
  }
  return BUILT_IN.find((one) => one.id.toLowerCase() === id.toLowerCase());
}

/** The rules of a definition, or of all in an initiative, with what was given for their parameters or is their default. */
export function rulesOf(world: World, id: string, given: JsonObject): readonly Rule[] {
  const definition = definitionOf(world, id);
  if (!definition) return [];
  const { properties, name } = definition;
  const values = { ...defaultsOf(properties.parameters), ...valuesOf(given) };
  if (definition.type === SET_TYPE) {
    const members = Array.isArray(properties.policyDefinitions)
      ? properties.policyDefinitions.filter(isJsonObject)
      : [];
    return members.flatMap(({ policyDefinitionId, parameters }) => {
      const placed = inPlace(parameters ?? {}, values);
      return rulesOf(world, String(policyDefinitionId), isJsonObject(placed) ? placed : {});
    });
  }
  const rule = inPlace(properties.policyRule ?? null, values);
  const { if: condition = null, then } = isJsonObject(rule) ? rule : {};
  const { effect, details } = isJsonObject(then) ? then : {};
  return [
    {
      id: definition.id,
      name,
      displayName: String(properties.displayName ?? name),
      mode: String(properties.mode ?? 'Indexed'),
      condition,
      effect: String(effect),
      details: isJsonObject(details) ? details : {},
    },
  ];
}

/** `[parameters('x')]` is what x is. */
function inPlace(value: Json, values: JsonObject): Json {
  if (Array.isArray(value)) return value.map((one) => inPlace(one, values));
  if (isJsonObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inPlace(one, values)]));
  }
  const [, name] = typeof value === 'string' ? (/^\[parameters\('([^']+)'\)\]$/.exec(value) ?? []) : [];
  return name === undefined ? value : (values[name] ?? null);
}

function defaultsOf(parameters: Json | undefined): JsonObject {
  const declared = Object.entries(isJsonObject(parameters) ? parameters : {});
  return Object.fromEntries(
    declared.flatMap(([name, one]): [string, Json][] =>
      isJsonObject(one) && one.defaultValue !== undefined ? [[name, one.defaultValue]] : [],
    ),
  );
}

function valuesOf(parameters: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, one]): [string, Json][] =>
      isJsonObject(one) && one.value !== undefined ? [[name, one.value]] : [],
    ),
  );
}

function propertiesOf(body: JsonObject): JsonObject {
  return isJsonObject(body.properties) ? body.properties : {};
}
