import { withLeftBehind } from '../left-behind.ts';
import type { EnvironmentState } from '../state.ts';

/** How an environment ended. */
export interface Closing {
  /** ISO 8601. */
  readonly at: string;
  readonly runId: string;
  readonly keptData: boolean;
  /** Lower-case ids of what stays and is still ours. */
  readonly staying: ReadonlySet<string>;
}

/**
 * The state of an environment of which everything is deleted: nothing is deployed, and what stays is left behind. The next
 * deployment starts clean, in whichever group and subscription it likes, and has no end unless it says one.
 */
export function closedState(state: EnvironmentState, { at, runId, keptData, staying }: Closing): EnvironmentState {
  const { left_behind: known } = withLeftBehind(state, new Map(), at);
  const { expires: _, drift_check: __, ...rest } = state;
  const left = Object.entries(known).filter(([, { id }]) => staying.has(id.toLowerCase()));
  return {
    ...rest,
    subscription_id: null,
    resource_group: null,
    steps: {},
    resources: {},
    left_behind: Object.fromEntries(left),
    closed: { at, run_id: runId, kept_data: keptData },
    ...(!keptData && { life: runId }),
  };
}

/** What the next deployment makes of a closed state: it is open again. */
export function reopened({ closed: _, ...state }: EnvironmentState): EnvironmentState {
  return state;
}

/**
 * The state without what was deleted, and all that lay below it. A step that made something of it has not been run: the next
 * deployment makes it again.
 *
 * @param ids what was deleted
 */
export function withoutDeleted(state: EnvironmentState, ids: readonly string[]): EnvironmentState {
  const gone = ids.map((id) => id.toLowerCase());
  const isGone = ({ id }: { readonly id: string }): boolean =>
    gone.some((one) => id.toLowerCase() === one || id.toLowerCase().startsWith(`${one}/`));
  const without = <Value extends { readonly id: string }>(records: Readonly<Record<string, Value>>) =>
    Object.fromEntries(Object.entries(records).filter(([, record]) => !isGone(record)));
  const undone = new Set(
    Object.values(state.resources)
      .filter(isGone)
      .map(({ step }) => step),
  );
  const steps = Object.fromEntries(Object.entries(state.steps).filter(([name]) => !undone.has(name as never)));
  return { ...state, steps, resources: without(state.resources), left_behind: without(state.left_behind) };
}

/** Whether there is nothing that a deletion could take, or forget. */
export function isEmptyState({ steps, resources, left_behind }: EnvironmentState): boolean {
  return [steps, resources, left_behind].every((one) => Object.keys(one).length === 0);
}
