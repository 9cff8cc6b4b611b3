import { isJsonObject, type Json } from '../../shared/json.ts';

/** What stands for the value of a secret in a body that is compared, shown and recorded. */
export function secretMark(of: string): string {
  return `\${secret ${of}}`;
}

const MARK = /\$\{secret ([^}]+)\}/g;

/** What the marks in a value stand for, once each. */
export function markedSecrets(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return [...new Set([...value.matchAll(MARK)].map(([, of = '']) => of))];
  if (Array.isArray(value)) return [...new Set(value.flatMap(markedSecrets))];
  return isJsonObject(value) ? [...new Set(Object.values(value).flatMap(markedSecrets))] : [];
}

/** The value with the secrets themselves; in memory only, right before it is sent. */
export function withSecrets(value: Json, secrets: ReadonlyMap<string, string>): Json {
  if (typeof value === 'string') {
    return value.replaceAll(MARK, (_, of: string) => {
      const secret = secrets.get(of);
      if (secret === undefined) throw new Error(`no secret was read for ${of}`);
      return secret;
    });
  }
  if (Array.isArray(value)) return value.map((member) => withSecrets(member, secrets));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withSecrets(member, secrets)]));
}
