import type { Json } from '../../../shared/json.ts';
import { suggestion } from '../../../shared/suggestion.ts';
import { isSecretPath, plainSecrets } from '../../generic/plain-secrets.ts';
import { mayRefer } from '../../references/reference-text.ts';
import { type Declared, declaredOutputs, declaredParameters } from '../../templates/declared.ts';
import { secretScope } from '../../templates/secret-expressions.ts';
import type { TemplateConfig } from '../../templates/template-config.ts';
import type { DeploymentConfig } from '../model.ts';
import { withoutJson } from './generic-resources.ts';
import { problem, type RuleProblem } from './rule.ts';

/** What Azure would refuse of templates, or would write down in clear, as far as the templates themselves say it. */
export function templates({ templates: all = {} }: DeploymentConfig): readonly RuleProblem[] {
  return Object.entries(all).flatMap(([name, template]) => [
    ...ownName(name),
    ...missing(name, template),
    ...Object.entries(template.parameters).flatMap(([parameter, value]) => given(name, template, parameter, value)),
    ...secretOutputs(name, template),
  ]);
}

/** With the name of the environment it is that of a deployment: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftresources */
function ownName(name: string): readonly RuleProblem[] {
  if (/^[A-Za-z][\w-]{0,23}$/.test(name)) return [];
  return [
    { ...at(name, [], 'allowed in the name: a letter, then at most 23 letters, digits, _ and -'), isAboutKey: true },
  ];
}

function missing(name: string, { template, parameters }: TemplateConfig): readonly RuleProblem[] {
  const open = declaredParameters(template).filter((one) => !(one.hasDefault || Object.hasOwn(parameters, one.name)));
  if (open.length === 0) return [];
  const names = open.map((one) => one.name).join(', ');
  return [at(name, [], `its template wants a value for ${names}, and parameters has none`)];
}

function given(name: string, { template }: TemplateConfig, parameter: string, value: Json): readonly RuleProblem[] {
  const path = ['parameters', parameter];
  const declared = declaredParameters(template);
  const found = declared.find((one) => one.name === parameter);
  if (!found) {
    const meant = suggestion(
      parameter,
      declared.map((one) => one.name),
    );
    const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
    return [{ ...at(name, path, `the template has no parameter ${parameter}${hint}`), isAboutKey: true }];
  }
  const unsent = withoutJson(value, path).map((place) =>
    at(name, place, 'is nothing that is sent as it stands here; write it as text'),
  );
  return [...unsent, ...wrongType(name, path, found, value), ...inClear(name, path, found, value)];
}

const IS_OF_TYPE: Readonly<Record<string, (value: Json) => boolean>> = {
  string: (value) => typeof value === 'string',
  securestring: (value) => typeof value === 'string',
  int: (value) => Number.isInteger(value),
  bool: (value) => typeof value === 'boolean',
  array: Array.isArray,
  object: isObject,
  secureobject: isObject,
};

function isObject(value: Json): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a reference stands for is known later; of a type that is nowhere here Azure says what is wrong. */
function wrongType(name: string, path: readonly string[], { type }: Declared, value: Json): readonly RuleProblem[] {
  const isOpen = value === null || (typeof value === 'string' && mayRefer(value));
  if (isOpen || IS_OF_TYPE[type]?.(value) !== false) return [];
  return [at(name, path, `the template wants ${type} here`)];
}

/** The configuration and what was sent of it are kept as they are. */
function inClear(name: string, path: readonly string[], { isSecure }: Declared, value: Json): readonly RuleProblem[] {
  const found = isSecure ? literalTexts(value, path) : plainSecrets(value, path);
  const message = 'is a secret in plain text; give it under secrets, and name it here as ${{secrets.NAME}}';
  return found.map((place) => at(name, place, message));
}

/** Places of texts that name nothing; of what is secure each of them is a secret. */
function literalTexts(value: Json, path: readonly string[]): readonly (readonly string[])[] {
  if (typeof value === 'string') return value === '' || mayRefer(value) ? [] : [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => literalTexts(member, [...path, name]));
}

/**
 * Outputs stand in clear in the history of deployments, for whoever may read the group:
 * https://learn.microsoft.com/azure/azure-resource-manager/bicep/linter-rule-outputs-should-not-contain-secrets
 */
function secretOutputs(name: string, { template }: TemplateConfig): readonly RuleProblem[] {
  const secure = declaredParameters(template).filter((one) => one.isSecure);
  const scope = secretScope(template);
  return declaredOutputs(template)
    .filter((output) => !output.isSecure)
    .flatMap((output) => {
      const text = JSON.stringify(output.value);
      const parameter = secure.find((one) => text.includes(`parameters('${one.name}')`));
      const why = parameter
        ? `is made of the secure parameter ${parameter.name}`
        : scope.isSecret(output.value)
          ? 'is made of what a list function answers, or of something else that is secret'
          : isSecretPath([output.name])
            ? 'is a secret by its name'
            : undefined;
      if (why === undefined) return [];
      const way = 'have the template write it into the vault, or take the output out';
      return [at(name, ['file'], `its output ${output.name} ${why}, and outputs can be read in the history; ${way}`)];
    });
}

function at(name: string, path: readonly string[], message: string): RuleProblem {
  return problem(['templates', name, ...path], message);
}
