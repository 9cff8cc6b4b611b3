import { isJsonObject, type Json } from '../../shared/json.ts';
import type { Member, Part, Term, Text, Value } from '../model.ts';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Namespace of names that are derived from texts: the one of addresses (RFC 9562). */
const GUIDS = 'url';

/** A value in HCL. @param depth how far its lines after the first are indented, in steps of two */
export function hclValue(value: Value, depth = 0): string {
  switch (value.kind) {
    case 'literal':
      return typeof value.value === 'string' ? hclString(value.value) : String(value.value);
    case 'text':
      return hclText(value);
    case 'list':
      return block(
        '[',
        ']',
        value.items.map((item) => `${hclValue(item, depth + 1)},`),
        depth,
      );
    case 'object':
      return block(
        '{',
        '}',
        value.members.map((member) => hclMember(member, depth + 1)),
        depth,
      );
  }
}

export function hclMember({ key, value }: Member, depth = 0): string {
  return `${hclKey(key)} = ${hclValue(value, depth)}`;
}

export function hclText({ parts }: Text): string {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined && typeof only !== 'string') return hclTerm(only);
  return `"${parts.map((part) => (typeof part === 'string' ? escaped(part) : `\${${hclTerm(part)}}`)).join('')}"`;
}

/** A JSON value in HCL. */
export function hclJson(value: Json, depth = 0): string {
  if (Array.isArray(value))
    return block(
      '[',
      ']',
      value.map((item) => `${hclJson(item, depth + 1)},`),
      depth,
    );
  if (!isJsonObject(value)) return typeof value === 'string' ? hclString(value) : String(value);
  const members = Object.entries(value).map(([key, member]) => `${hclKey([key])} = ${hclJson(member, depth + 1)}`);
  return block('{', '}', members, depth);
}

export function hclString(text: string): string {
  return `"${escaped(text)}"`;
}

export function hclTerm(term: Term): string {
  switch (term.kind) {
    case 'property':
      return property(term);
    case 'parameter':
    case 'environment': {
      const { member } = term;
      return `var.${hclName(term.name)}${member === undefined ? '' : `[${hclString(member)}]`}`;
    }
    case 'output':
      return `module.${hclName(term.module)}.${hclName(term.name)}`;
    case 'subscriptionId':
      return `${CLIENT}.subscription_id`;
    case 'tenantId':
      return `${CLIENT}.tenant_id`;
    case 'unhyphenated':
      return `replace(var.${hclName(term.name)}, "-", "")`;
    case 'deployer':
      return `${CLIENT}.object_id`;
    case 'subscriptionResource':
      return `"/subscriptions/\${${CLIENT}.subscription_id}/providers/${escaped(term.type)}/${escaped(term.name)}"`;
    case 'guid': {
      const parts = term.parts.map((part) => hclText(part)).join(', ');
      return `lookup(var.${hclName(term.parameter)}, ${hclString(term.member)}, uuidv5(${hclString(GUIDS)}, join("|", [${parts}])))`;
    }
  }
}

/** Who is signed in, and where. */
const CLIENT = 'data.azapi_client_config.current';

/** Whether a term asks who is signed in. */
export function asksForClient(term: Term): boolean {
  return ['subscriptionId', 'tenantId', 'deployer', 'subscriptionResource'].includes(term.kind);
}

function property({ of, path }: Term & { readonly kind: 'property' }): string {
  const resource = `azapi_resource.${hclName(of)}`;
  return path === 'id' || path === 'name' ? `${resource}.${path}` : `${resource}.output.${path}`;
}

/** `app_api_gateway` of `appApiGateway`, as Terraform writes names. */
export function hclName(identifier: string): string {
  return identifier.replace(/(?<=[a-z0-9])([A-Z])/g, '_$1').toLowerCase();
}

function hclKey(key: readonly Part[]): string {
  const [only] = key;
  if (key.length !== 1 || typeof only !== 'string') return `(${hclText({ kind: 'text', parts: key })})`;
  return NAME.test(only) ? only : hclString(only);
}

function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll('${', () => '$${')
    .replaceAll('%{', '%%{');
}

function block(open: string, close: string, lines: readonly string[], depth: number): string {
  if (lines.length === 0) return `${open}${close}`;
  const indent = '  '.repeat(depth + 1);
  return `${open}\n${lines.map((line) => `${indent}${line}\n`).join('')}${'  '.repeat(depth)}${close}`;
}
