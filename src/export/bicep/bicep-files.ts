import { together } from '../lifted-fields.ts';
import type {
  EnvironmentParameter,
  Existing,
  ExportedModule,
  ExportedProject,
  ExportedResource,
  Parameter,
} from '../model.ts';
import { variableName } from '../variable-name.ts';
import { bicepJson, bicepMember, bicepString, bicepTerm, bicepValue } from './bicep-value.ts';

/** The environment in Bicep: `main.bicep`, its parameters, and a file for each module. By their paths. */
export function bicepFiles(project: ExportedProject): ReadonlyMap<string, string> {
  return new Map([
    ['main.bicep', mainFile(project)],
    ['main.bicepparam', parametersFile(project)],
    ...project.modules.map((module) => [`modules/${module.name}.bicep`, moduleFile(module)] as const),
  ]);
}

function mainFile({ title, parameters, group, modules }: ExportedProject): string {
  return joined([
    `metadata description = ${bicepString(title)}`,
    "targetScope = 'subscription'",
    ...parameters.map(parameter),
    resource(group),
    ...modules.map(moduleStatement),
  ]);
}

function moduleStatement({ name, symbol, title, scope, given, after }: ExportedModule): string {
  const lines = [
    ...scopeLine(scope),
    ...block(
      'params',
      Object.entries(given).map(([parameterName, term]) => `${parameterName}: ${bicepTerm(term)}`),
    ),
    ...dependsOn(after),
  ];
  return `@description(${bicepString(title)})\nmodule ${symbol} ${bicepString(`modules/${name}.bicep`)} = {\n${indented(lines)}}`;
}

function scopeLine(scope: ExportedModule['scope']): readonly string[] {
  if (scope.kind === 'subscription') return [];
  if (scope.kind === 'group') return ['scope: group'];
  const place = [scope.subscription, scope.group].filter((one) => one !== undefined);
  return [`scope: az.resourceGroup(${place.map(bicepString).join(', ')})`];
}

function moduleFile({ title, scope, parameters, existing, resources, outputs }: ExportedModule): string {
  return joined([
    `metadata description = ${bicepString(title)}`,
    ...(scope.kind === 'subscription' ? ["targetScope = 'subscription'"] : []),
    ...parameters.map(parameter),
    ...existing.map(existingResource),
    ...resources.map(resource),
    ...outputs.map(({ name, value }) => `output ${name} string = ${bicepTerm(value)}`),
  ]);
}

function parameter(one: Parameter | EnvironmentParameter): string {
  const { name, type, description, secure } = one;
  const otherwise = 'otherwise' in one && one.otherwise ? ` = ${bicepValue(one.otherwise)}` : '';
  const told = [
    ...(description === '' ? [] : [`@description(${bicepString(description)})`]),
    ...(secure ? ['@secure()'] : []),
  ];
  return [...told, `param ${name} ${type}${otherwise}`].join('\n');
}

function existingResource({ symbol, type, apiVersion, name, parent, scope }: Existing): string {
  const lines = [...place({ parent, scope }), `name: ${bicepValue(name, 1)}`];
  return `resource ${symbol} '${type}@${apiVersion}' existing = {\n${indented(lines)}}`;
}

function resource(one: ExportedResource): string {
  const { symbol, title, type, apiVersion, name, body, secretBody, after } = one;
  const lines = [
    ...place(one),
    `name: ${bicepValue(name, 1)}`,
    ...together(body, secretBody).members.map((member) => bicepMember(member)),
    ...dependsOn(after),
  ];
  return `// ${title}\nresource ${symbol} '${type}@${apiVersion}' = {\n${indented(lines)}}`;
}

function place({ parent, scope }: Pick<Existing, 'parent' | 'scope'>): readonly string[] {
  return [...(parent === undefined ? [] : [`parent: ${parent}`]), ...(scope === undefined ? [] : [`scope: ${scope}`])];
}

function dependsOn(symbols: readonly string[]): readonly string[] {
  if (symbols.length === 0) return [];
  return ['dependsOn: [', ...symbols.map((symbol) => `  ${symbol}`), ']'];
}

function block(name: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`${name}: {`, ...lines.map((line) => `  ${line}`), '}'];
}

function parametersFile({ parameters, vault }: ExportedProject): string {
  return joined([
    "using 'main.bicep'",
    ...parameters.flatMap((one) => {
      const value = parameterValue(one, vault);
      return value === undefined ? [] : [`param ${one.name} = ${value}`];
    }),
  ]);
}

/** A secret is read from the vault of the environment; where there is none yet, from a variable of who deploys. */
function parameterValue(
  { secure, value, secret, name }: EnvironmentParameter,
  vault: ExportedProject['vault'],
): string | undefined {
  if (secure && secret !== undefined && vault) {
    return `az.getSecret(${[vault.subscriptionId, vault.group, vault.name, secret].map(bicepString).join(', ')})`;
  }
  if (secure) return `readEnvironmentVariable(${bicepString(variableName(secret ?? name))})`;
  return value === undefined ? undefined : bicepJson(value);
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `${line.replace(/^/gm, '  ')}\n`).join('');
}

function joined(statements: readonly string[]): string {
  return `${statements.join('\n\n')}\n`;
}
