import { isJsonObject, type Json } from '../../shared/json.ts';
import type { Member, Part, Term, Text, Value } from '../model.ts';

/** Words of the language are no names: https://learn.microsoft.com/azure/azure-resource-manager/bicep/data-types */
const NAME = /^(?!(?:true|false|null)$)[A-Za-z_][A-Za-z0-9_]*$/;

/** A value in Bicep. @param depth how far its lines after the first are indented, in steps of two */
export function bicepValue(value: Value, depth = 0): string {
  switch (value.kind) {
    case 'literal':
      return literal(value.value);
    case 'text':
      return bicepText(value);
    case 'list':
      return block(
        '[',
        ']',
        value.items.map((item) => bicepValue(item, depth + 1)),
        depth,
      );
    case 'object': {
      return block(
        '{',
        '}',
        value.members.map((member) => bicepMember(member, depth + 1)),
        depth,
      );
    }
  }
}

export function bicepMember({ key, value }: Member, depth = 0): string {
  const line = `${bicepKey(key)}: ${bicepValue(value, depth)}`;
  return hidesSecret(value) ? `#disable-next-line ${SECURE_RULE}\n${'  '.repeat(depth)}${line}` : line;
}

/**
 * The linter takes a text for open that is made of a secure parameter
 * (https://learn.microsoft.com/azure/azure-resource-manager/bicep/linter-rule-use-secure-value-for-secure-inputs).
 */
const SECURE_RULE = 'use-secure-value-for-secure-inputs';

function hidesSecret(value: Value): boolean {
  if (value.kind !== 'text' || value.parts.length === 1) return false;
  return value.parts.some((part) => typeof part !== 'string' && part.kind === 'parameter' && part.secure === true);
}

function bicepText({ parts }: Text): string {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined && typeof first !== 'string') return bicepTerm(first);
  return `'${parts.map((part) => (typeof part === 'string' ? escaped(part) : `\${${bicepTerm(part)}}`)).join('')}'`;
}

/** A JSON value in Bicep. */
export function bicepJson(value: Json, depth = 0): string {
  if (Array.isArray(value))
    return block(
      '[',
      ']',
      value.map((item) => bicepJson(item, depth + 1)),
      depth,
    );
  if (!isJsonObject(value)) return literal(value);
  const members = Object.entries(value).map(([key, member]) => `${bicepKey([key])}: ${bicepJson(member, depth + 1)}`);
  return block('{', '}', members, depth);
}

export function bicepString(text: string): string {
  return `'${escaped(text)}'`;
}

export function bicepTerm(term: Term): string {
  switch (term.kind) {
    case 'property':
      return `${term.of}.${term.path}`;
    case 'parameter':
    case 'environment':
      return member(term.name, term.member);
    case 'output':
      return `${term.module}.outputs.${term.name}`;
    case 'subscriptionId':
      return 'subscription().subscriptionId';
    case 'tenantId':
      return 'tenant().tenantId';
    case 'unhyphenated':
      return `replace(${term.name}, '-', '')`;
    case 'deployer':
      return 'deployer().objectId';
    case 'subscriptionResource':
      return `subscriptionResourceId(${bicepString(term.type)}, ${bicepString(term.name)})`;
    case 'guid':
      return `${term.parameter}${NAME.test(term.member) ? `.?${term.member}` : `[?${bicepString(term.member)}]`} ?? guid(${term.parts.map(bicepText).join(', ')})`;
  }
}

function member(name: string, of: string | undefined): string {
  if (of === undefined) return name;
  return NAME.test(of) ? `${name}.${of}` : `${name}[${bicepString(of)}]`;
}

function bicepKey(key: readonly Part[]): string {
  const [only] = key;
  if (key.length === 1 && typeof only === 'string') return NAME.test(only) ? only : bicepString(only);
  // A key is an interpolated text even where a name is all of it.
  return `'${key.map((part) => (typeof part === 'string' ? escaped(part) : `\${${bicepTerm(part)}}`)).join('')}'`;
}

/** Bicep has no fractions; `json` reads them (https://learn.microsoft.com/azure/azure-resource-manager/bicep/data-types#floating-point-decimal-or-double-formats). */
function literal(value: string | number | boolean | null): string {
  if (typeof value === 'string') return bicepString(value);
  return typeof value === 'number' && !Number.isInteger(value) ? `json('${value}')` : String(value);
}

function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll('${', '\\${')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
}

function block(open: string, close: string, lines: readonly string[], depth: number): string {
  if (lines.length === 0) return `${open}${close}`;
  const indent = '  '.repeat(depth + 1);
  return `${open}\n${lines.map((line) => `${indent}${line}\n`).join('')}${'  '.repeat(depth)}${close}`;
}
