import { nameOf, namespaceOf } from '../../domain/ids.ts';
import { type Json, jsonAt } from '../../shared/json.ts';
import type { UniqueName } from '../kind.ts';

/**
 * The action that most providers have for names in public domains, e.g.
 * https://learn.microsoft.com/rest/api/containerregistry/registries/check-name-availability.
 */
export const CHECK_NAME_AVAILABILITY: UniqueName = {
  question: ({ id, kind }, subscription) => ({
    method: 'POST',
    path: `${subscription}/providers/${namespaceOf(kind.type)}/checkNameAvailability`,
    apiVersion: kind.apiVersion,
    body: { name: nameOf(id), type: kind.type },
  }),
  problem: (answer) => (valueAt(answer, 'nameAvailable') === false ? reasonOf(answer) : undefined),
};

function reasonOf(answer: Json | undefined): string {
  const message = valueAt(answer, 'message');
  return typeof message === 'string' ? message : 'it is taken';
}

function valueAt(answer: Json | undefined, path: string): Json | undefined {
  return answer === undefined ? undefined : jsonAt(answer, path);
}
