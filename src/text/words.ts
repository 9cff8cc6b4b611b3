import type { RunOverview } from '../domain/api/views.ts';
import type { Plan } from '../domain/plan-schema.ts';

/** `820 ms`, `7.3 s`, `4 min 03 s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** A time that goes on, in whole seconds: `20 s`, `1 min`, `6 min 10 s`, `1 h 5 min`. */
export function elapsedText(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (hours > 0) return `${hours} h${minutes === 0 ? '' : ` ${minutes} min`}`;
  return `${minutes} min${rest === 0 ? '' : ` ${String(rest).padStart(2, '0')} s`}`;
}

/** An expectation in the words of people: `about 40 s`, `about 15 min`, `about 1 h 30 min`. */
export function aboutDuration(seconds: number): string {
  if (seconds < 95) return `about ${Math.max(5, Math.round(seconds / 5) * 5)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `about ${minutes} min`;
  const rest = Math.round((minutes % 60) / 10) * 10;
  const hours = Math.floor(minutes / 60) + (rest === 60 ? 1 : 0);
  return `about ${hours} h${rest % 60 === 0 ? '' : ` ${rest} min`}`;
}

/** `1 warning`, `5 warnings`. */
export function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** `Plan: 3 to run, 1 maybe, 10 unchanged; expires 72h from now`. */
export function planSummary(plan: Plan): string {
  if (plan.removal) return removalSummary(plan);
  const count = (action: string): number => plan.steps.filter((step) => step.action === action).length;
  const maybe = count('maybe');
  return `Plan: ${count('run')} to run, ${maybe > 0 ? `${maybe} maybe, ` : ''}${count('skip')} unchanged${expirySummary(plan)}`;
}

function expirySummary({ expires }: Plan): string {
  switch (expires?.kind) {
    case undefined:
      return '';
    case 'set':
      return `; expires ${expires.after} from now`;
    case 'kept':
      return `; expires at ${expires.at}`;
    case 'dropped':
      return `; does not expire any more (it would have, at ${expires.at})`;
  }
}

/** What the end of a run tells of the end of its environment; undefined: it has none. */
export function expiryLine(expires: string | undefined): string | undefined {
  return expires === undefined ? undefined : `Expires at ${expires}, and is deleted then, data included`;
}

/** `Plan: 21 to delete, 3 stay`. */
function removalSummary({ resources }: Plan): string {
  const deleted = resources.filter(({ action }) => action === 'delete').length;
  const staying = resources.filter(({ action }) => action === 'keep' || action === 'left_behind').length;
  return `Plan: ${deleted} to delete, ${staying === 1 ? '1 stays' : `${staying} stay`}`;
}

/** `3 executed, 11 skipped, 0 failed`, or `21 deleted`. */
export function countsText(
  run: Pick<RunOverview, 'executed' | 'skipped' | 'failed' | 'deleted' | 'drifted' | 'work'>,
): string {
  if (run.drifted !== undefined) return run.drifted === 0 ? 'no drift' : `drift: ${countOf(run.drifted, 'field')}`;
  if (run.work === 'drift_check') return 'drift check';
  if (run.deleted !== undefined) return `${run.deleted} deleted`;
  return `${run.executed.length} executed, ${run.skipped.length} skipped, ${run.failed.length} failed`;
}
