import { createRequire } from 'node:module';
import { isJsonObject, type Json, type JsonObject, jsonAt } from '../../../src/shared/json.ts';
import type { TemplateResource, TemplateWorld } from '../templates/deploy-template.ts';

// Its own types bring those of browsers along.
const { parse } = createRequire(import.meta.url)('@cdktn/hcl2json') as {
  parse(file: string, text: string): Promise<JsonObject>;
};

/** A folder of Terraform: its variables, and what its files declare. */
interface Folder {
  readonly world: TemplateWorld;
  readonly values: JsonObject;
  readonly declared: JsonObject;
  module(name: string): Folder;
}

interface ImportBlock {
  readonly to: string;
  readonly id: string;
}

/** What Terraform would send, as a parser of its own reads the files; and what it would import. */
export async function terraformPlan(files: ReadonlyMap<string, string>, world: TemplateWorld, secrets: JsonObject) {
  const parsed = new Map<string, JsonObject>();
  for (const [path, text] of files) {
    if (/\.tf(?:vars)?$/.test(path)) parsed.set(path, await parse(path, text));
  }
  // Its texts are templates, too, in which nothing can be named.
  const nothing: Folder = { world, values: {}, declared: {}, module: (name) => fail(name) };
  const given = { ...secrets, ...(evaluate(parsed.get('terraform.tfvars') ?? {}, nothing) as JsonObject) };
  const root = folder(parsed, '', given, world);
  const modules = Object.keys(objectAt(root.declared, 'module'));
  const resources = [
    ...resourcesOf(root, ''),
    ...modules.flatMap((name) => resourcesOf(root.module(name), `module.${name}.`)),
  ];
  const { import: blocks = [] } = parsed.get('imports.tf') ?? {};
  const imports = (blocks as JsonObject[]).map(({ to, id }): ImportBlock => ({ to: String(to), id: String(id) }));
  return { resources, imports };
}

function folder(
  parsed: ReadonlyMap<string, JsonObject>,
  path: string,
  given: JsonObject,
  world: TemplateWorld,
): Folder {
  const declared = Object.assign(
    {},
    ...[...parsed].flatMap(([file, one]) => (isIn(file, path) ? [one] : [])),
  ) as JsonObject;
  const variables = objectAt(declared, 'variable');
  const unknown = Object.keys(given).filter((name) => !(name in variables));
  if (unknown.length > 0) throw new Error(`${path || 'the root module'} has no variable ${unknown.join(', ')}`);
  const values = Object.fromEntries(
    Object.keys(variables).map((name) => [name, given[name] ?? blockOf(variables, name).default ?? null]),
  );
  const own: Folder = {
    ...{ world, values, declared },
    module: (name) => {
      const { source, depends_on: _, ...all } = blockOf(objectAt(declared, 'module'), name);
      const inner = Object.fromEntries(Object.entries(all).map(([key, value]) => [key, evaluate(value, own)]));
      return folder(parsed, `${String(source).replace('./', '')}/`, inner, world);
    },
  };
  return own;
}

function isIn(file: string, path: string): boolean {
  return file.startsWith(path) && !file.slice(path.length).includes('/') && file.endsWith('.tf');
}

function resourcesOf(of: Folder, before: string): readonly (TemplateResource & { readonly address: string })[] {
  const all = objectAt(objectAt(of.declared, 'resource'), 'azapi_resource');
  return Object.keys(all).map((symbol) => ({
    address: `${before}azapi_resource.${symbol}`,
    ...resourceOf(symbol, of),
  }));
}

function resourceOf(symbol: string, of: Folder): TemplateResource {
  const one = blockOf(objectAt(objectAt(of.declared, 'resource'), 'azapi_resource'), symbol);
  const [type = '', apiVersion = ''] = String(one.type).split('@');
  const body = evaluate(one.body ?? {}, of) as JsonObject;
  for (const key of ['location', 'tags']) if (one[key] !== undefined) body[key] = evaluate(one[key], of);
  const [parent, name] = [String(evaluate(one.parent_id ?? '', of)), String(evaluate(one.name ?? '', of))];
  return { id: idOf(parent, type, name), type, apiVersion, body };
}

function idOf(parent: string, type: string, name: string): string {
  if (type === 'Microsoft.Resources/resourceGroups') return `${parent}/resourceGroups/${name}`;
  const last = type.slice(type.lastIndexOf('/') + 1);
  return type.split('/').length > 2 ? `${parent}/${last}/${name}` : `${parent}/providers/${type}/${name}`;
}

function evaluate(value: Json, of: Folder): Json {
  if (Array.isArray(value)) return value.map((item) => evaluate(item, of));
  if (isJsonObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [String(evaluate(key, of)), evaluate(member, of)]),
    );
  }
  return typeof value === 'string' ? template(value, of) : value;
}

/** Texts, and what stands in them between `${` and `}`. */
function template(text: string, of: Folder): Json {
  const parts: Json[] = [];
  for (let at = 0; at < text.length; ) {
    const plain = /^(?:\$\$\{|%%\{|(?!\$\{)[\s\S])+/.exec(text.slice(at))?.[0] ?? '';
    if (plain !== '') parts.push(plain.replaceAll('$${', '${').replaceAll('%%{', '%{'));
    at += plain.length;
    if (at >= text.length) break;
    const end = endOf(text, at + 2);
    parts.push(expression(text.slice(at + 2, end), of));
    at = end + 1;
  }
  return parts.length === 1 ? (parts[0] ?? '') : parts.map(String).join('');
}

function endOf(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '{') depth++;
    if (text[at] === '}' && depth-- === 0) return at;
  }
  throw new Error(`no end: ${text}`);
}

function expression(text: string, of: Folder): Json {
  if (text.startsWith('(')) return expression(text.slice(1, -1), of);
  const [, name, member] = /^var\.(\w+)(?:\["([^"]+)"\])?$/.exec(text) ?? [];
  if (name !== undefined) {
    const value = of.values[name] ?? null;
    return member === undefined ? value : ((value as JsonObject)[member] ?? fail(text));
  }
  const [, looked = '', key] = /^lookup\(var\.(\w+), "([^"]+)",/.exec(text) ?? [];
  if (key !== undefined) return (of.values[looked] as JsonObject)[key] ?? fail(text);
  const [, first, second] = /^coalesce\(([^,]+), ([^,]+)\)$/.exec(text) ?? [];
  if (first !== undefined && second !== undefined) return expression(first, of) ?? expression(second, of);
  const [, module = '', output] = /^module\.(\w+)\.(\w+)$/.exec(text) ?? [];
  if (output !== undefined) {
    const inner = of.module(module);
    return evaluate(blockOf(objectAt(inner.declared, 'output'), output).value ?? null, inner);
  }
  const [, symbol = '', path] = /^azapi_resource\.(\w+)\.(.+)$/.exec(text) ?? [];
  if (path !== undefined) return ofResource(resourceOf(symbol, of), symbol, path, of);
  const [, asked = ''] = /^data\.azapi_client_config\.current\.(\w+)$/.exec(text) ?? fail(text);
  const { subscription, tenant, deployer } = of.world;
  return { subscription_id: subscription, tenant_id: tenant, object_id: deployer }[asked] ?? fail(text);
}

/** What is not exported cannot be read. */
function ofResource({ id, type }: TemplateResource, symbol: string, path: string, of: Folder): Json {
  if (path === 'id') return id;
  const one = blockOf(objectAt(objectAt(of.declared, 'resource'), 'azapi_resource'), symbol);
  const wanted = path.replace(/^output\./, '');
  if (!(one.response_export_values as string[] | undefined)?.includes(wanted))
    return fail(`${symbol} does not export ${wanted}`);
  return jsonAt({ properties: of.world.answers(type) }, wanted) ?? fail(path);
}

function blockOf(of: JsonObject, name: string): JsonObject {
  const { [name]: blocks } = of;
  return Array.isArray(blocks) && isJsonObject(blocks[0]) ? blocks[0] : fail(`no ${name}`);
}

function objectAt(of: JsonObject, key: string): JsonObject {
  const { [key]: value } = of;
  return isJsonObject(value) ? value : {};
}

function fail(message: string): never {
  throw new Error(message);
}
