import { isJsonObject, type Json } from '../../shared/json.ts';

/** Ids of resources that stand in a body, as values or as names of members. */
export function namedIds(body: Json | undefined): readonly string[] {
  if (typeof body === 'string') return body.toLowerCase().startsWith('/subscriptions/') ? [body] : [];
  if (Array.isArray(body)) return body.flatMap(namedIds);
  return isJsonObject(body)
    ? Object.entries(body).flatMap(([name, value]) => [...namedIds(name), ...namedIds(value)])
    : [];
}
