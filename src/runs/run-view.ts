import type { DecisionView, RemovalView, RunOverview, RunView, StepView } from '../domain/api/views.ts';
import type { RunEvent } from '../domain/events.ts';
import type { Plan } from '../domain/plan-schema.ts';
import type { RunRequest, RunSummary } from '../domain/run.ts';
import { STEPS, type StepDefinition } from '../domain/steps.ts';

/** Everything that is known about a run. */
export interface RunRecord {
  readonly request: RunRequest;
  readonly summary: RunSummary;
  readonly plan: Plan | undefined;
  readonly events: readonly RunEvent[];
  readonly place: number | null;
  readonly cancelRequested: boolean;
}

export function runOverview(summary: RunSummary): RunOverview {
  const { runId, environment, status, startedAt, finishedAt, durationInMs, executed, skipped, failed } = summary;
  const { deleted, drifted, dumps, requestedBy, work } = summary;
  const asked = { ...(requestedBy !== undefined && { requestedBy }), ...(work && { work }) };
  const done = {
    ...asked,
    executed,
    skipped,
    failed,
    ...(drifted !== undefined && { drifted }),
    ...(deleted !== undefined && { deleted }),
    ...(dumps && { dumps }),
  };
  return { runId, environment, status, startedAt, finishedAt, durationInMs, ...done };
}

/** What the status route answers, drawn from the run's event stream. */
export function runView(record: RunRecord, base: string): RunView {
  const { request, summary, plan, events } = record;
  const pendingApproval = summary.finishedAt === null ? openApproval(events) : null;
  const self = `${base}deployments/${request.runId}`;
  return {
    ...runOverview(summary),
    status: statusOf(summary, events, pendingApproval),
    trigger: request.trigger,
    requestedBy: request.requestedBy,
    place: record.place,
    cancelRequested: record.cancelRequested,
    plan: plan ?? null,
    pendingApproval,
    decisions: events.flatMap((event) => (event.type === 'approval_decided' ? [decisionView(event)] : [])),
    steps: plan?.removal ? [] : STEPS.map((step) => stepView(step, record)),
    removals: removalViews(record),
    error: summary.error ?? null,
    addresses: summary.addresses,
    ...(summary.expires !== undefined && { expires: summary.expires }),
    links: { self, events: `${self}/events`, approval: `${self}/approval`, cancel: `${self}/cancel` },
  };
}

function statusOf(summary: RunSummary, events: readonly RunEvent[], pendingApproval: string | null): RunView['status'] {
  if (summary.finishedAt !== null) return summary.status;
  if (pendingApproval !== null) return 'waiting_for_approval';
  return summary.status === 'queued' && !events.some(({ type }) => type === 'run_started') ? 'queued' : 'running';
}

/** The digest of the plan that was put forward and not decided yet. */
export function openApproval(events: readonly RunEvent[]): string | null {
  const requested = events.findLast((event) => event.type === 'approval_requested');
  if (requested?.type !== 'approval_requested') return null;
  const { planDigest } = requested;
  const isDecided = events.some((event) => event.type === 'approval_decided' && event.planDigest === planDigest);
  return isDecided ? null : planDigest;
}

function decisionView({
  planDigest,
  decision,
  by,
  at,
  comment,
}: Extract<RunEvent, { type: 'approval_decided' }>): DecisionView {
  return { planDigest, decision, by, at, ...(comment !== undefined && { comment }) };
}

function stepView(
  { name, number, title, dependsOn, typicalSeconds }: StepDefinition,
  { plan, events, summary }: RunRecord,
): StepView {
  const own = events.filter((event) => 'step' in event && event.step === name);
  const find = <Type extends RunEvent['type']>(type: Type): Extract<RunEvent, { type: Type }> | undefined =>
    own.findLast((event): event is Extract<RunEvent, { type: Type }> => event.type === type);
  const started = find('step_started');
  const completed = find('step_completed');
  const skipped = find('step_skipped');
  const failed = find('step_failed');
  const end = completed ?? failed ?? skipped;
  const progress = own.flatMap((event) => (event.type === 'step_progress' ? [event] : []));
  const last = progress.at(-1);
  const isRunning = started !== undefined && end === undefined && summary.finishedAt === null;
  return {
    step: name,
    number,
    title,
    after: [...dependsOn],
    typicalInSeconds: typicalSeconds,
    status: end ? STATUS[end.type] : isRunning ? 'running' : summary.finishedAt === null ? 'pending' : 'stopped',
    reason: started?.reason ?? skipped?.reason ?? plan?.steps.find(({ step }) => step === name)?.reason ?? null,
    startedAt: started?.at ?? null,
    finishedAt: end?.at ?? null,
    durationInMs: completed?.durationInMs ?? failed?.durationInMs ?? null,
    attempts: completed?.attempts ?? failed?.attempts ?? (started ? 1 : 0),
    waitingFor: isRunning && last?.waitingInSeconds !== undefined ? last.message : null,
    checks: [
      ...new Set(
        progress.flatMap(({ message, waitingInSeconds }) => (waitingInSeconds === undefined ? [message] : [])),
      ),
    ],
    error: failed ? failureOf(failed) : null,
  };
}

/** What goes with something else has no life of its own. */
function removalViews({ plan, events, summary }: RunRecord): RemovalView[] {
  const doomed = plan?.removal
    ? plan.resources.filter(({ action, goesWith }) => action === 'delete' && goesWith === undefined)
    : [];
  return doomed.map(({ key, id }) => {
    const last = events.findLast((event) => 'key' in event && event.key === key);
    const unfinished = summary.finishedAt === null ? (last ? 'running' : 'pending') : 'stopped';
    const status =
      last?.type === 'removal_completed' ? 'completed' : last?.type === 'removal_failed' ? 'failed' : unfinished;
    return { key, id, status, error: last?.type === 'removal_failed' ? failureOf(last) : null };
  });
}

const STATUS = { step_completed: 'completed', step_failed: 'failed', step_skipped: 'skipped' } as const;

function failureOf({
  code,
  message,
  correlationId,
  hint,
}: Extract<RunEvent, { type: 'step_failed' | 'removal_failed' }>) {
  return { code, message, ...(correlationId && { correlationId }), ...(hint && { hint }) };
}
