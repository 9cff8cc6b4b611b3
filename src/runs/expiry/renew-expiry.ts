import { marked } from '../../domain/expiry/expiry.ts';
import type { RunRequest } from '../../domain/run.ts';
import type { StateStore } from '../../state/ports.ts';
import { updateState } from '../../state/update-state.ts';

/** Of a run that goes on: its environment lives as long as was asked for, counted from now. A run that has not begun says so itself. */
export async function renewExpiry(
  state: StateStore,
  { options: { expires }, requestedBy: by }: Pick<RunRequest, 'options' | 'requestedBy'>,
): Promise<void> {
  if (expires === undefined) return;
  await updateState(state, (current) => (current.expires ? marked(current, { expires, by }, state.now()) : current));
}
