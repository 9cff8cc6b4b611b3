import type { Json } from '../../shared/json.ts';
import type { Existing, ExportedResource, Part, Term, Text, Value } from '../model.ts';

/** What the symbols of a template stand for. */
export type Declared = ReadonlyMap<string, ExportedResource | Existing>;

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A value of a template, with expressions in brackets. */
export function armValue(value: Value, declared: Declared): Json {
  switch (value.kind) {
    case 'literal':
      return typeof value.value === 'string' ? armLiteral(value.value) : value.value;
    case 'text':
      return armText(value.parts, declared);
    case 'list':
      return value.items.map((item) => armValue(item, declared));
    case 'object':
      return Object.fromEntries(
        value.members.map((member) => [armText(member.key, declared), armValue(member.value, declared)]),
      );
  }
}

/** A text that begins and ends like an expression says that it is none; any other one is read as it stands (https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions#escape-characters). */
function armLiteral(text: string): string {
  return text.startsWith('[') && text.endsWith(']') ? `[${text}` : text;
}

function armText(parts: readonly Part[], declared: Declared): string {
  if (parts.every((part) => typeof part === 'string')) return armLiteral(parts.join(''));
  return `[${armExpression({ kind: 'text', parts }, declared)}]`;
}

function armExpression({ parts }: Text, declared: Declared): string {
  const all = parts.map((part) => (typeof part === 'string' ? armString(part) : armTerm(part, declared)));
  return all.length === 1 ? (all[0] ?? "''") : `concat(${all.join(', ')})`;
}

function armString(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function armTerm(term: Term, declared: Declared): string {
  switch (term.kind) {
    case 'property':
      return property(term, declared);
    case 'parameter':
    case 'environment':
      return `parameters(${armString(term.name)})${term.member === undefined ? '' : member(term.member)}`;
    case 'output':
      return `reference(${armString(term.module)}).outputs.${term.name}.value`;
    case 'subscriptionId':
      return 'subscription().subscriptionId';
    case 'tenantId':
      return 'tenant().tenantId';
    case 'unhyphenated':
      return `replace(parameters(${armString(term.name)}), '-', '')`;
    case 'deployer':
      return 'deployer().objectId';
    case 'subscriptionResource':
      return `subscriptionResourceId(${armString(term.type)}, ${armString(term.name)})`;
    case 'guid': {
      const parts = term.parts.map((part) => armExpression(part, declared)).join(', ');
      return `coalesce(tryGet(parameters(${armString(term.parameter)}), ${armString(term.member)}), guid(${parts}))`;
    }
  }
}

function member(name: string): string {
  return NAME.test(name) ? `.${name}` : `[${armString(name)}]`;
}

const PROPERTIES = 'properties.';

function property({ of, path }: Term & { readonly kind: 'property' }, declared: Declared): string {
  const resource = declaredAs(of, declared);
  if (path === 'id') return armId(resource, declared);
  if (path.startsWith(PROPERTIES)) return `reference(${armString(of)}).${path.slice(PROPERTIES.length)}`;
  return `reference(${armString(of)}, ${armString(resource.apiVersion)}, 'full').${path}`;
}

/** The id of what is declared, made of names: it is known before the resource is made. */
export function armId(one: ExportedResource | Existing, declared: Declared): string {
  const names = armNames(one, declared).join(', ');
  const top = topOf(one, declared);
  if (top.scope !== undefined) {
    return `extensionResourceId(${armId(declaredAs(top.scope, declared), declared)}, ${armString(one.type)}, ${names})`;
  }
  const isOfSubscription = one.type === 'Microsoft.Resources/resourceGroups';
  return `${isOfSubscription ? 'subscriptionResourceId' : 'resourceId'}(${armString(one.type)}, ${names})`;
}

/** Names of its parents and its own, as expressions. */
function armNames(one: ExportedResource | Existing, declared: Declared): readonly string[] {
  const above = one.parent === undefined ? [] : armNames(declaredAs(one.parent, declared), declared);
  return [...above, expressionOf(one.name, declared)];
}

/** The full name: those of the parents stand before it. */
export function armName(one: ExportedResource | Existing, declared: Declared): string {
  if (one.parent === undefined) return String(armValue(one.name, declared));
  const names = armNames(one, declared);
  return `[concat(${names.flatMap((name, index) => (index === 0 ? [name] : ["'/'", name])).join(', ')})]`;
}

export function topOf(one: ExportedResource | Existing, declared: Declared): ExportedResource | Existing {
  return one.parent === undefined ? one : topOf(declaredAs(one.parent, declared), declared);
}

function expressionOf(name: Value, declared: Declared): string {
  if (name.kind === 'text') return armExpression(name, declared);
  return armString(name.kind === 'literal' ? String(name.value) : '');
}

function declaredAs(symbol: string, declared: Declared): ExportedResource | Existing {
  const found = declared.get(symbol);
  if (!found) throw new Error(`nothing is declared as ${symbol}`);
  return found;
}
