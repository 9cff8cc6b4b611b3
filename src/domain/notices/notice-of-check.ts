import type { EndedCheck } from '../drift-check/drift-check.ts';
import type { FoundDrift } from '../drift-check/found-drift.ts';
import type { RunSummary } from '../run.ts';
import type { DriftCheck } from '../state.ts';
import type { Notice } from './notice.ts';
import { shortened } from './notice-of-run.ts';

type Ended = Pick<RunSummary, 'runId' | 'environment' | 'status' | 'error' | 'finishedAt'>;

/**
 * What is to be told of the end of a drift check: what is not as it was told last. Of checks that fail one after the other the first
 * is told.
 *
 * @param before what the state said before this check; undefined: checks are no more asked for
 * @returns undefined: nothing is to be told
 */
export function noticeOfCheck(
  { runId, environment, status, error, finishedAt }: Ended,
  { outcome, found }: Pick<EndedCheck, 'outcome'> & { readonly found?: FoundDrift | undefined },
  before: DriftCheck | undefined,
): Notice | undefined {
  if (finishedAt === null || !before) return undefined;
  const about = { environment, runId, at: finishedAt, planDigest: '', code: error?.code ?? '' };
  const hadFailed = before.last?.outcome === 'failed';
  if (status === 'failed') {
    if (hadFailed) return undefined;
    const text = shortened([error?.message ?? 'It ended without saying why.', error?.hint].filter(Boolean).join(' '));
    return { ...about, event: 'failed', title: `${environment}: the drift check failed`, text };
  }
  if (status !== 'succeeded') return undefined;
  if (found && found.digest !== before.found?.digest) {
    const title = `${environment}: what is deployed was changed`;
    return { ...about, event: 'drift_found', title, text: shortened(driftText(found, before.repair)) };
  }
  if (outcome === 'clean' && before.found) {
    const text = 'Everything is as it was deployed again.';
    return { ...about, event: 'drift_gone', title: `${environment}: no drift any more`, text };
  }
  if (!hadFailed) return undefined;
  const text = `Drift check ${runId} could look again; before it one had failed.`;
  return { ...about, event: 'succeeded_after_failure', title: `${environment}: the drift check works again`, text };
}

function driftText({ differing, named, repairable, returned }: FoundDrift, repairs: boolean): string {
  const more = differing > named.length ? `; and ${differing - named.length} more` : '';
  const count = differing === 1 ? 'One field is' : `${differing} fields are`;
  const back = returned === 0 ? '' : ` ${returned} of them came back after every repair, and are left.`;
  const next = repairs && repairable ? ' A repair will be started, unless something stands in its way.' : '';
  return `${count} not as deployed: ${named.join('; ')}${more}.${back}${next}`;
}
