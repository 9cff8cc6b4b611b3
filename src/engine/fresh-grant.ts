import type { EnvironmentState, ResourceRecord } from '../domain/state.ts';
import { ROLE_ASSIGNMENT } from '../resources/role-assignment.ts';
import type { Clock } from '../shared/clock.ts';

/**
 * Role assignments take effect within seconds to about ten minutes:
 * https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---role-assignment-changes-are-not-being-detected
 */
export const PROPAGATION_LIMIT_IN_SECONDS = 600;

/** Whose run it is, and what the state says of the grants that runs have made. */
export interface GrantWitness {
  readonly runId: string;
  readonly state: EnvironmentState;
  readonly clock: Clock;
}

/**
 * Whether a refusal may be for a role that is not effective everywhere yet: a grant was made by this run, or by one before it
 * that was cut short, and less than ten minutes ago. Every other refusal is what it seems to be.
 */
export function hasFreshGrant(witness: GrantWitness): boolean {
  return Object.values(witness.state.resources).some(
    (record) => record.type === ROLE_ASSIGNMENT.type && isUnfinished(witness, record) && isRecent(witness, record),
  );
}

/** Made by this run, or by one that no success has followed; the ids of runs are in the order of their starts. */
function isUnfinished({ runId, state }: GrantWitness, { created_by: maker }: ResourceRecord): boolean {
  if (maker === undefined || maker === runId) return maker !== undefined;
  const { last_run: last } = state;
  return last === null || maker > last.run_id || (maker === last.run_id && last.status !== 'succeeded');
}

/** The end of the step that made it is the latest that it can have been made; one that has not ended is at it. */
function isRecent({ state, clock }: GrantWitness, { step, created_by: maker }: ResourceRecord): boolean {
  const making = state.steps[step];
  if (making?.status !== 'completed' || making.run_id !== maker) return true;
  return clock.now().getTime() - Date.parse(making.timestamp) < PROPAGATION_LIMIT_IN_SECONDS * 1000;
}
