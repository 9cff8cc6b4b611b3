import { EXPIRY_HINT, expiryPhase, expiryText, marked } from '../domain/expiry/expiry.ts';
import { type WantedIds, withLeftBehind } from '../domain/left-behind.ts';
import { reopened } from '../domain/removal/closed-state.ts';
import type { EnvironmentState } from '../domain/state.ts';
import type { EventRecorder } from '../engine/event-recorder.ts';
import type { LoadedRun } from '../engine/load-run.ts';
import type { StateStore, Versioned } from '../state/ports.ts';
import { updateVersioned } from '../state/update-state.ts';

/** The first step must have written again within this time. */
const FIRST_STEP_DUE_IN_SECONDS = 600;

/** From now on the state says what has no place in the configuration any more, and when the environment ends. */
export async function settleState(
  { request, config, stores }: LoadedRun,
  wantedIds: WantedIds,
  known: Versioned<EnvironmentState>,
  events: EventRecorder,
  { goesOn = false } = {},
): Promise<Versioned<EnvironmentState>> {
  const { state } = stores;
  const now = state.now();
  const asked = { expires: request.options.expires, from: config.naming?.from, by: request.requestedBy };
  const settle = (current: EnvironmentState): EnvironmentState => ({
    ...marked(reopened(current), asked, now),
    ...withLeftBehind(current, wantedIds, now.toISOString()),
    ...(goesOn && current.lock?.runId === request.runId && { lock: { ...current.lock, wakeBy: firstStepDue(state) } }),
  });
  const settled = await updateVersioned(state, settle, { known });
  const { expires, environment } = settled.value;
  if (!expires) return settled;
  const level = expiryPhase(settled.value, now) === 'ahead' ? 'info' : 'warning';
  events.add({ type: 'log', level, message: `${expiryText(environment, expires, now)} ${EXPIRY_HINT}` }, 'expires');
  return settled;
}

export function firstStepDue(state: StateStore): string {
  return new Date(state.now().getTime() + FIRST_STEP_DUE_IN_SECONDS * 1000).toISOString();
}
