import { setTimeout as sleep } from 'node:timers/promises';
import type { RunView } from '../src/domain/api/views.ts';
import type { RunEvent } from '../src/domain/events.ts';
import { plainText } from '../src/text/plain-text.ts';
import type { App } from './app.ts';
import { StepFailure } from './inputs.ts';
import { writePlan } from './plan-files.ts';
import { comment } from './pull-request.ts';
import type { Runner } from './runner.ts';
import type { Step } from './step.ts';
import { summaryOf } from './summary.ts';

const POLL_EVERY_MS = 2000;

interface Ending {
  readonly title: string;
  readonly waits: boolean;
  /** The plan that was approved before the job began; absent: who approves it does so elsewhere. */
  readonly approval?: { readonly planDigest: string; readonly acceptCost: boolean } | undefined;
}

/**
 * Follows a run that was started to its end, tells the runner of it, and leaves its outputs.
 *
 * @throws StepFailure when it did not succeed
 */
export async function conclude(step: Step, { runId }: Pick<RunView, 'runId'>, ending: Ending): Promise<void> {
  const { runner, app, pullRequest, filesOfJob } = step;
  const { title, waits } = ending;
  runner.output('run-id', runId);
  cancelWithJob(step, runId);
  const isOtherPlan = waits ? await runner.group(title, () => follow(step, runId, ending)) : false;
  const run = await show(app, runId);
  tellOutputs(runner, run);
  for (const warning of run.plan?.warnings ?? []) runner.warning(warning);
  runner.output('plan-files', (await writePlan(filesOfJob, run)) ?? '');
  const summary = summaryOf(run);
  runner.summary(summary);
  if (pullRequest) await comment(runner, pullRequest, run.environment, summary);
  if (isOtherPlan) throw otherPlan(run);
  if (waits) requireSuccess(run);
}

function tellOutputs(runner: Runner, run: RunView): void {
  const cost = run.plan?.cost;
  runner.output('status', run.status);
  runner.output('changed', String(run.executed.length > 0 || (run.deleted ?? 0) > 0));
  runner.output(
    'addresses',
    Object.entries(run.addresses)
      .map(([name, url]) => `${name}: ${url}`)
      .join('\n'),
  );
  runner.output('plan-digest', run.plan?.digest ?? '');
  runner.output('cost', cost ? `${cost.after.sum} ${cost.currency}` : '');
  runner.output('cost-change', cost ? `${cost.change} ${cost.currency}` : '');
  runner.output('expires', run.expires ?? '');
}

function otherPlan({ plan }: RunView): StepFailure {
  const is = plan ? `: it is ${plan.digest} now` : '';
  return new StepFailure(
    `The plan is not the one that was approved${is}. Look at it, and approve that.`,
    'plan-changed',
  );
}

/**
 * Prints the events until the run has ended. Pages are asked for one after the other: no proxy keeps those back.
 * @returns whether the plan was another than the one that was approved; it is rejected then
 */
async function follow({ app, runner }: Step, runId: string, { approval }: Ending): Promise<boolean> {
  let after = '';
  let isOtherPlan = false;
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
      if (event.type !== 'approval_requested') continue;
      if (!approval) tellWaiting(runner, event, app);
      else isOtherPlan = !(await decide(app, event, approval));
    }
    if (isOver || events.some(({ type }) => type === 'run_completed')) return isOtherPlan;
    if (events.length > 0) continue;
    // An abandoned run has no last event.
    isOver = (await show(app, runId)).finishedAt !== null;
    await sleep(POLL_EVERY_MS);
  }
}

type ApprovalRequested = Extract<RunEvent, { type: 'approval_requested' }>;

/** @returns whether it was the plan that had been approved */
async function decide(
  app: App,
  { runId, planDigest }: ApprovalRequested,
  approval: NonNullable<Ending['approval']>,
): Promise<boolean> {
  const isSame = planDigest === approval.planDigest;
  const decision = isSame
    ? { decision: 'approve', ...(approval.acceptCost && { acceptCost: true }) }
    : { decision: 'reject', comment: `Another plan was approved: ${approval.planDigest}` };
  await app.send('POST', `/api/deployments/${runId}/approval`, {
    body: JSON.stringify({ planDigest, ...decision }),
    headers: { 'content-type': 'application/json' },
    isRepeatable: true,
  });
  return isSame;
}

function tell(runner: Runner, event: RunEvent): void {
  const text = event.type === 'log' && event.level === 'debug' ? undefined : plainText(event);
  if (text !== undefined) runner.log(text);
}

function tellWaiting(runner: Runner, { runId, planDigest }: ApprovalRequested, { url }: App): void {
  runner.notice(`Waiting for an approval: draftgenie-deploy approve ${runId} --plan ${planDigest} --remote ${url}`);
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
  const next = error?.hint === undefined ? '' : ` ${error.hint}`;
  const why = error ? ` ${error.code}: ${error.message}${next}` : '';
  throw new StepFailure(`The run ended as ${status}.${why}`, 'run-failed');
}
