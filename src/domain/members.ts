import { isJsonObject, type Json } from '../shared/json.ts';

const SINGLE_ADDRESS = /^\d+\.\d+\.\d+\.\d+\/32$/;

/** Members of an array are recognised by the first of these that tells all of them apart. */
const MEMBER_KEYS = ['name', 'category', 'server', 'identity', 'type', 'value', 'id'] as const;

/** The property that tells the members of each array apart; undefined: only their place does. */
export function memberKey(...arrays: readonly (readonly Json[])[]): string | undefined {
  return MEMBER_KEYS.find((key) =>
    arrays.every((members) => {
      const names = members.map((member) => memberName(member, key));
      return !names.includes(undefined) && new Set(names).size === names.length;
    }),
  );
}

/** The member's name under that key, resource ids in lower case. */
export function memberName(member: Json, key: string): string | undefined {
  const name = isJsonObject(member) ? member[key] : undefined;
  return typeof name === 'string' ? foldId(name) : undefined;
}

/** Resource ids come back in another case, and single addresses as ranges of one. */
export function foldId(text: string): string {
  if (SINGLE_ADDRESS.test(text)) return text.replace('/32', '');
  return text.startsWith('/subscriptions/') ? text.toLowerCase().replace(/\/+$/, '') : text;
}
