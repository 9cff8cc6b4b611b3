import { isJsonObject, type Json, type JsonObject, jsonAt, scalarText } from '../../shared/json.ts';

/** `unknown`: the rule asks for what is not evaluated here. */
export type Holds = 'yes' | 'no' | 'unknown';

export interface PolicySubject {
  readonly id: string;
  readonly type: string;
  readonly body: JsonObject;
}

/**
 * Whether a policy's rule denies the deletion of the resource. Of the language of rules only what rules about types, names, places
 * and tags are written in is evaluated; everything else is unknown
 * (https://learn.microsoft.com/azure/governance/policy/concepts/effect-deny-action,
 * https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule).
 *
 * @param parameters the values by their names
 */
export function deniesDeletion(rule: Json | undefined, parameters: JsonObject, subject: PolicySubject): Holds {
  if (!isJsonObject(rule)) return 'no';
  const effect = resolved(jsonAt(rule, 'then.effect'), parameters);
  if (effect === undefined) return 'unknown';
  if (scalarText(effect).toLowerCase() !== 'denyaction') return 'no';
  return holds(rule.if, parameters, subject);
}

function holds(condition: Json | undefined, parameters: JsonObject, subject: PolicySubject): Holds {
  if (!isJsonObject(condition)) return 'unknown';
  const all = (parts: Json | undefined): Holds[] =>
    Array.isArray(parts) ? parts.map((part) => holds(part, parameters, subject)) : ['unknown'];
  if ('allOf' in condition) return every(all(condition.allOf));
  if ('anyOf' in condition) return opposite(every(all(condition.anyOf).map(opposite)));
  if ('not' in condition) return opposite(holds(condition.not, parameters, subject));
  const field = fieldOf(scalarText(condition.field), subject);
  return field === undefined ? 'unknown' : compare(condition, field.value, parameters);
}

function every(parts: readonly Holds[]): Holds {
  if (parts.includes('no')) return 'no';
  return parts.includes('unknown') ? 'unknown' : 'yes';
}

function opposite(one: Holds): Holds {
  return one === 'unknown' ? one : one === 'yes' ? 'no' : 'yes';
}

function fieldOf(field: string, { id, type, body }: PolicySubject): { readonly value: string | undefined } | undefined {
  const known: Readonly<Record<string, string>> = { id, type, name: id.slice(id.lastIndexOf('/') + 1) };
  const found = known[field.toLowerCase()];
  if (found !== undefined) return { value: found };
  if (field.toLowerCase() === 'location') return { value: scalarText(body.location) };
  const [, tag] = /^tags(?:\.([^[\]]+)|\['([^']+)'\])$/i.exec(field)?.filter((part) => part !== undefined) ?? [];
  if (tag === undefined) return undefined;
  const tags = isJsonObject(body.tags) ? Object.entries(body.tags) : [];
  const value = tags.find(([name]) => name.toLowerCase() === tag.toLowerCase())?.[1];
  return { value: value === undefined ? undefined : scalarText(value) };
}

function compare(condition: JsonObject, value: string | undefined, parameters: JsonObject): Holds {
  const [operator, given] = Object.entries(condition).find(([name]) => name !== 'field') ?? [];
  const wanted = resolved(given, parameters);
  if (operator === undefined || wanted === undefined) return 'unknown';
  const text = (value ?? '').toLowerCase();
  const texts = (Array.isArray(wanted) ? wanted : [wanted]).map((one) => scalarText(one).toLowerCase());
  switch (operator.toLowerCase()) {
    case 'equals':
    case 'in':
      return answer(texts.includes(text));
    case 'notequals':
    case 'notin':
      return answer(!texts.includes(text));
    case 'like':
      return answer(isLike(text, texts[0] ?? ''));
    case 'notlike':
      return answer(!isLike(text, texts[0] ?? ''));
    case 'exists':
      return answer((value !== undefined) === (texts[0] === 'true'));
    default:
      return 'unknown';
  }
}

function answer(isTrue: boolean): Holds {
  return isTrue ? 'yes' : 'no';
}

function isLike(text: string, pattern: string): boolean {
  const [before = '', after] = pattern.split('*');
  return after === undefined ? text === before : text.startsWith(before) && text.endsWith(after);
}

/** The value itself, or a parameter's; undefined for any other expression. */
export function resolved(value: Json | undefined, parameters: JsonObject): Json | undefined {
  if (Array.isArray(value)) {
    const members = value.map((one) => resolved(one, parameters));
    return members.includes(undefined) ? undefined : (members as Json[]);
  }
  if (typeof value !== 'string' || !value.startsWith('[') || value.startsWith('[[')) return value;
  const [, name = ''] = /^\[parameters\('([^']+)'\)\]$/i.exec(value) ?? [];
  return parameters[name];
}
