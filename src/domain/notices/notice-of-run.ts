import type { RunOptions, RunSummary } from '../run.ts';
import type { Notice } from './notice.ts';

const MAX_TEXT = 800;

type Ended = Pick<RunSummary, 'runId' | 'environment' | 'status' | 'error' | 'finishedAt'>;

/** What is to be told of the end of a run; undefined: nothing. */
export function noticeOfEnd(
  { runId, environment, status, finishedAt, error }: Ended,
  { dryRun, rollbackTo }: Pick<RunOptions, 'dryRun' | 'rollbackTo'>,
  before: string | undefined,
): Notice | undefined {
  if (dryRun || finishedAt === null) return undefined;
  const about = { environment, runId, at: finishedAt, planDigest: '', code: error?.code ?? '' };
  if (status === 'failed') {
    const isTakenBack = error?.code === 'rolled_back';
    return {
      ...about,
      event: isTakenBack ? 'rolled_back' : 'failed',
      title: `${environment}: ${isTakenBack ? 'the release was rolled back' : 'the run failed'}`,
      text: shortened([error?.message ?? 'It ended without saying why.', error?.hint].filter(Boolean).join(' ')),
    };
  }
  if (status !== 'succeeded') return undefined;
  if (rollbackTo !== undefined) {
    const text = `Run ${runId} brought the release of run ${rollbackTo} back.`;
    return { ...about, event: 'rolled_back', title: `${environment}: rolled back`, text };
  }
  if (before !== 'failed') return undefined;
  const text = `Run ${runId} succeeded after one that had failed.`;
  return { ...about, event: 'succeeded_after_failure', title: `${environment}: works again`, text };
}

/** The run has all of it; chat systems refuse what is long. */
export function shortened(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`;
}

/** What is to be told of a plan that waits. @param app where the app is that has it; undefined: it waits for a command */
export function noticeOfPlan(
  { runId, environment }: Pick<Notice, 'runId' | 'environment'>,
  { planDigest, at, app }: Pick<Notice, 'planDigest' | 'at'> & { readonly app: string | undefined },
): Notice {
  const remote = app === undefined ? '' : ` --remote ${app}`;
  return {
    event: 'needs_approval',
    environment,
    runId,
    at,
    title: `${environment}: a plan waits for an approval`,
    text: `Look at it with draftgenie-deploy status ${runId} --environment ${environment}${remote}, then approve or reject it with draftgenie-deploy approve ${runId} --environment ${environment} --plan ${planDigest}${remote}`,
    planDigest,
    code: '',
  };
}
