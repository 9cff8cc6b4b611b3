import { setTimeout as sleep } from 'node:timers/promises';
import { plainText } from '../src/cli/render/plain-text.ts';
import type { RunView } from '../src/domain/api/views.ts';
import type { RunEvent } from '../src/domain/events.ts';
import type { App } from './app.ts';
import { StepFailure } from './inputs.ts';
import type { Runner } from './runner.ts';
import type { Step } from './step.ts';
import { summaryOf } from './summary.ts';

const POLL_EVERY_MS = 2000;

/**
 * Follows a run that was started to its end, tells the runner of it, and leaves its outputs.
 *
 * @throws StepFailure when it did not succeed
 */
export async function conclude(
  step: Step,
  { runId }: Pick<RunView, 'runId'>,
  { title, waits }: { readonly title: string; readonly waits: boolean },
): Promise<void> {
  const { runner, app } = step;
  runner.output('run-id', runId);
  cancelWithJob(step, runId);
  if (waits) await runner.group(title, () => follow(step, runId));
  const run = await show(app, runId);
  runner.output('status', run.status);
  runner.output('changed', String(run.executed.length > 0 || (run.deleted ?? 0) > 0));
  runner.output(
    'addresses',
    Object.entries(run.addresses)
      .map(([name, url]) => `${name}: ${url}`)
      .join('\n'),
  );
  const cost = run.plan?.cost;
  runner.output('cost', cost ? `${cost.after.sum} ${cost.currency}` : '');
  runner.output('cost-change', cost ? `${cost.change} ${cost.currency}` : '');
  runner.output('expires', run.expires ?? '');
  for (const warning of run.plan?.warnings ?? []) runner.warning(warning);
  runner.summary(summaryOf(run));
  if (waits) requireSuccess(run);
}

/** Prints the events until the run has ended. Pages are asked for one after the other: no proxy keeps those back. */
async function follow({ app, runner }: Step, runId: string): Promise<void> {
  let after = '';
  const seen = new Set<string>();
  for (let isOver = false; ; ) {
    const query = after === '' ? '' : `?after=${encodeURIComponent(after)}`;
    const response = await app.send('GET', `/api/deployments/${runId}/events${query}`);
    after = response.headers.get('x-position') ?? after;
    const lines = (await response.text()).split('\n').filter((line) => line !== '');
    const events = lines.map((line) => JSON.parse(line) as RunEvent).filter(({ id }) => !seen.has(id));
    for (const event of events) {
      seen.add(event.id);
      tell(runner, event);
    }
    if (isOver || events.some(({ type }) => type === 'run_completed')) return;
    if (events.length > 0) continue;
    // An abandoned run has no last event.
    isOver = (await show(app, runId)).finishedAt !== null;
    await sleep(POLL_EVERY_MS);
  }
}

function tell(runner: Runner, event: RunEvent): void {
  const text = event.type === 'log' && event.level === 'debug' ? undefined : plainText(event);
  if (text !== undefined) runner.log(text);
  if (event.type !== 'approval_requested') return;
  const { runId, planDigest } = event;
  runner.notice(`Waiting for an approval: draftgenie-deploy approve ${runId} --plan ${planDigest} --remote URL`);
}

async function show(app: App, runId: string): Promise<RunView> {
  return (await (await app.send('GET', `/api/deployments/${runId}`)).json()) as RunView;
}

/** A cancelled job stops its run at the next safe point. */
function cancelWithJob({ app, runner }: Step, runId: string): void {
  const cancel = (): void => {
    runner.log(`Cancelling ${runId}: nothing new is started, what runs is followed to its end.`);
    app
      .send('POST', `/api/deployments/${runId}/cancel`)
      .catch((error: unknown) => runner.error(String(error)))
      .finally(() => process.exit(1));
  };
  process.once('SIGINT', cancel);
  process.once('SIGTERM', cancel);
}

function requireSuccess({ status, error }: RunView): void {
  if (status === 'succeeded') return;
  if (status === 'rejected') throw new StepFailure('The plan was rejected.', 'rejected');
  const why = error ? ` ${error.code}: ${error.message}` : '';
  throw new StepFailure(`The run ended as ${status}.${why}`, 'run-failed');
}
