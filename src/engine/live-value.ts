import type { ArmResource } from '../azure/ports.ts';
import { UserError } from '../shared/errors.ts';
import { type Json, jsonAt } from '../shared/json.ts';

/**
 * A value that Azure computes, e.g. `properties.loginServer`.
 *
 * @throws UserError `azure_answer_incomplete` when the finished resource does not have it
 */
export function liveText(live: ArmResource | undefined, path: string): string {
  const value: Json | undefined = live && jsonAt(live, path);
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'number') return String(value);
  throw new UserError(`Azure answers no ${path} for ${live?.id ?? 'the resource'}.`, {
    code: 'azure_answer_incomplete',
    hint: 'Start the deployment again; if it stays, look at the resource in the portal.',
  });
}
