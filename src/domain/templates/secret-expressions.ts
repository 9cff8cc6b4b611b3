import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import { declaredOutputs, declaredParameters } from './declared.ts';

/** What of one template comes of something secret, wherever it goes from there. */
export interface SecretScope {
  /** Whether an expression in it does: by a secure parameter, a variable or an output made of one, or what a list function answers. */
  isSecret(value: Json): boolean;
  /** That of the template within one of its deployments. */
  within(deployment: JsonObject): SecretScope;
}

/** `listKeys(…)` and its like: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource#list */
const ASKS_FOR_KEYS = /\blist\w*\(/i;

/**
 * Follows what is secret through a template. Outputs of templates within it are followed by their name alone, so that rather too much
 * counts as secret than too little.
 */
export function secretScope(template: JsonObject): SecretScope {
  const outputs = new Set<string>();
  for (let before = -1; before !== outputs.size; ) {
    before = outputs.size;
    addOutputs(template, scopeOf(template, [], outputs), outputs);
  }
  return scopeOf(template, [], outputs);
}

/** Of all deployments within the template. */
function addOutputs(template: JsonObject, scope: SecretScope, outputs: Set<string>): void {
  for (const deployment of deploymentsIn(template.resources)) {
    const inner = innerTemplate(deployment);
    const within = scope.within(deployment);
    for (const { name, isSecure, value } of declaredOutputs(inner))
      if (isSecure || within.isSecret(value)) outputs.add(name.toLowerCase());
    addOutputs(inner, within, outputs);
  }
}

/** @param given calls that answer something secret, as `parameters('x')`, from around the template */
function scopeOf(template: JsonObject, given: readonly string[], outputs: ReadonlySet<string>): SecretScope {
  const secure = declaredParameters(template).filter((one) => one.isSecure);
  const calls = new Set([...given, ...secure.map(({ name }) => call('parameters', name))]);
  const isSecret = (value: Json): boolean =>
    expressionsIn(value).some(
      (text) =>
        ASKS_FOR_KEYS.test(text) ||
        [...calls].some((one) => text.includes(one)) ||
        [...outputs].some((name) => text.includes(`outputs['${name}']`) || namesMember(text, `outputs.${name}`)),
    );
  const variables = variablesOf(template);
  for (let before = -1; before !== calls.size; ) {
    before = calls.size;
    for (const [name, value] of variables) if (isSecret(value)) calls.add(call('variables', name));
  }
  return {
    isSecret,
    within(deployment) {
      const { parameters, expressionEvaluationOptions: options } = propertiesOf(deployment);
      const isOuter = !(isJsonObject(options) && String(options.scope).toLowerCase() === 'inner');
      const sent = Object.entries(isJsonObject(parameters) ? parameters : {}).flatMap(([name, value]) =>
        (isJsonObject(value) && 'reference' in value) || isSecret(value) ? [call('parameters', name)] : [],
      );
      return scopeOf(innerTemplate(deployment), [...(isOuter ? calls : []), ...sent], outputs);
    },
  };
}

function call(section: 'parameters' | 'variables', name: string): string {
  return `${section}('${name.toLowerCase()}')`;
}

function namesMember(text: string, member: string): boolean {
  const at = text.indexOf(member);
  return at >= 0 && !/\w/.test(text.charAt(at + member.length));
}

/** https://learn.microsoft.com/azure/azure-resource-manager/templates/copy-variables */
function variablesOf({ variables }: JsonObject): readonly (readonly [name: string, value: Json])[] {
  return Object.entries(isJsonObject(variables) ? variables : {}).flatMap(([name, value]) =>
    name === 'copy' && Array.isArray(value)
      ? value.filter(isJsonObject).map((one) => [String(one.name), one] as const)
      : [[name, value] as const],
  );
}

/** In lower case and without spaces, since Azure minds neither; in names of members, too. */
function expressionsIn(value: Json): readonly string[] {
  if (typeof value === 'string')
    return value.startsWith('[') && !value.startsWith('[[') ? [value.toLowerCase().replace(/\s+/g, '')] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [...expressionsIn(name), ...expressionsIn(member)]);
}

/** At any depth, but not those within them. */
function deploymentsIn(resources: Json | undefined): readonly JsonObject[] {
  const all = Object.values(Array.isArray(resources) || isJsonObject(resources) ? resources : []).filter(isJsonObject);
  return all.flatMap((one) => [
    ...(isJsonObject(propertiesOf(one).template) ? [one] : []),
    ...deploymentsIn(one.resources),
  ]);
}

function innerTemplate(deployment: JsonObject): JsonObject {
  const { template } = propertiesOf(deployment);
  return isJsonObject(template) ? template : {};
}

function propertiesOf({ properties }: JsonObject): JsonObject {
  return isJsonObject(properties) ? properties : {};
}
