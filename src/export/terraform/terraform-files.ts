import type {
  EnvironmentParameter,
  ExportedModule,
  ExportedProject,
  ExportedResource,
  Member,
  Parameter,
  Term,
} from '../model.ts';
import { termsOf } from '../read-value.ts';
import { asksForClient, hclJson, hclMember, hclName, hclString, hclTerm, hclText, hclValue } from './hcl-value.ts';

/**
 * The environment in Terraform with the provider azapi, which takes bodies as Azure Resource Manager does: a root module, one for each
 * module, and an `import` block for everything that is there already. By their paths.
 * https://registry.terraform.io/providers/Azure/azapi/latest/docs/resources/resource
 */
export function terraformFiles(project: ExportedProject): ReadonlyMap<string, string> {
  const { parameters, modules } = project;
  const imports = importsFile(project);
  return new Map([
    ['main.tf', mainFile(project)],
    ['variables.tf', joined(parameters.map(variable))],
    ['terraform.tfvars', valuesFile(parameters)],
    ...(imports === '' ? [] : [['imports.tf', imports] as const]),
    ...modules.flatMap((module) => [
      [`modules/${module.name}/main.tf`, moduleFile(module, exportsOf(module))] as const,
      [`modules/${module.name}/variables.tf`, joined(module.parameters.map(variable))] as const,
      ...(module.outputs.length === 0 ? [] : [[`modules/${module.name}/outputs.tf`, outputsFile(module)] as const]),
    ]),
  ]);
}

/** 2.4 has `sensitive_body`; import blocks are of Terraform 1.5. */
const REQUIRED =
  'terraform {\n  required_version = ">= 1.5"\n  required_providers {\n    azapi = {\n      source  = "Azure/azapi"\n      version = "~> 2.4"\n    }\n  }\n}';
const CLIENT_DATA = 'data "azapi_client_config" "current" {}';

function mainFile({ parameters, group, modules }: ExportedProject): string {
  const asked = parameters.some(({ otherwise }) => otherwise && termsOf(otherwise).some(asksForClient));
  const needsClient = asked || allTerms([group]).some(asksForClient);
  return joined([
    REQUIRED,
    ...(needsClient ? [CLIENT_DATA] : []),
    resource(group, new Set()),
    ...modules.map((module) => moduleStatement(module, parameters)),
  ]);
}

function moduleStatement(
  { name, symbol, title, given, after }: ExportedModule,
  parameters: readonly EnvironmentParameter[],
): string {
  const value = (term: Term): string => {
    const otherwise =
      term.kind === 'parameter' ? parameters.find((one) => one.name === term.name)?.otherwise : undefined;
    return otherwise ? `coalesce(${hclTerm(term)}, ${hclValue(otherwise)})` : hclTerm(term);
  };
  const before = after.map((one) => `module.${hclName(one)}`);
  const lines = [
    `source = ${hclString(`./modules/${name}`)}`,
    ...Object.entries(given).map(([parameter, term]) => `${hclName(parameter)} = ${value(term)}`),
    // What such a module reads is read late: it is said only where nothing that is given orders the two.
    ...(before.length === 0 ? [] : [`depends_on = [${before.join(', ')}]`]),
  ];
  return `# ${title}\nmodule ${hclString(hclName(symbol))} {\n${indented(lines)}}`;
}

/** What is read of each resource's answer, by its symbol. */
function exportsOf({ resources, outputs }: ExportedModule): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const term of [...allTerms(resources), ...outputs.map(({ value }) => value)]) {
    if (term.kind !== 'property' || term.path === 'id' || term.path === 'name') continue;
    found.set(term.of, (found.get(term.of) ?? new Set()).add(term.path));
  }
  return found;
}

function moduleFile({ resources }: ExportedModule, exported: ReadonlyMap<string, ReadonlySet<string>>): string {
  const needsClient = allTerms(resources).some(asksForClient);
  return joined([
    REQUIRED,
    ...(needsClient ? [CLIENT_DATA] : []),
    ...resources.map((one) => resource(one, exported.get(one.symbol) ?? new Set())),
  ]);
}

function allTerms(resources: readonly ExportedResource[]): readonly Term[] {
  return resources.flatMap(({ name, parentId, body, secretBody }) =>
    [name, parentId, body, ...(secretBody ? [secretBody] : [])].flatMap(termsOf),
  );
}

/** What stands beside the body. */
const BESIDE = ['location', 'tags'];

function resource(
  { symbol, title, type, apiVersion, name, parentId, body, secretBody, after }: ExportedResource,
  exported: ReadonlySet<string>,
): string {
  const isBeside = ({ key }: Member): boolean => key.length === 1 && BESIDE.includes(String(key[0]));
  const rest = body.members.filter((member) => !isBeside(member));
  const lines = [
    `type = ${hclString(`${type}@${apiVersion}`)}`,
    `parent_id = ${hclText(parentId)}`,
    `name = ${hclValue(name)}`,
    ...body.members.filter(isBeside).map((member) => hclMember(member)),
    ...(rest.length === 0 ? [] : [`body = ${hclValue({ kind: 'object', members: rest })}`]),
    ...(secretBody ? [`sensitive_body = ${hclValue(secretBody)}`] : []),
    ...(exported.size === 0 ? [] : [`response_export_values = ${hclJson([...exported].sort())}`]),
    // The provider knows bodies of its own time only; Azure looks at them all the same.
    'schema_validation_enabled = false',
    ...(after.length === 0
      ? []
      : [`depends_on = [${after.map((one) => `azapi_resource.${hclName(one)}`).join(', ')}]`]),
  ];
  return `# ${title}\nresource "azapi_resource" ${hclString(hclName(symbol))} {\n${indented(lines)}}`;
}

function variable(one: Parameter | EnvironmentParameter): string {
  const { name, type, description, secure } = one;
  const lines = [
    `description = ${hclString(description)}`,
    `type = ${type === 'object' ? 'any' : 'string'}`,
    ...('otherwise' in one && one.otherwise ? ['default = null'] : []),
    ...(secure ? ['sensitive = true'] : []),
  ];
  return `variable ${hclString(hclName(name))} {\n${indented(lines)}}`;
}

/** Secrets come from variables of who deploys (TF_VAR_…). */
function valuesFile(parameters: readonly EnvironmentParameter[]): string {
  return joined(
    parameters.flatMap(({ name, value }) => (value === undefined ? [] : [`${hclName(name)} = ${hclJson(value)}`])),
  );
}

function outputsFile({ outputs }: ExportedModule): string {
  return joined(
    outputs.map(({ name, value }) => `output ${hclString(hclName(name))} {\n  value = ${hclTerm(value)}\n}`),
  );
}

function importsFile({ group, modules }: ExportedProject): string {
  const all = [
    { to: '', one: group },
    ...modules.flatMap(({ symbol, resources }) => resources.map((one) => ({ to: `module.${hclName(symbol)}.`, one }))),
  ];
  const blocks = all.flatMap(({ to, one: { id, symbol, apiVersion } }) =>
    id === undefined
      ? []
      : [
          `import {\n  to = ${to}azapi_resource.${hclName(symbol)}\n  id = ${hclString(`${id}?api-version=${apiVersion}`)}\n}`,
        ],
  );
  return blocks.length === 0 ? '' : joined(blocks);
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `${line.replace(/^/gm, '  ')}\n`).join('');
}

function joined(statements: readonly string[]): string {
  return `${statements.join('\n\n')}\n`;
}
