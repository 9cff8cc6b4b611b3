import { Cancel } from '../actions/cancel.tsx';
import type { Answers } from '../http/client.ts';
import { Refusal } from '../http/client.ts';
import type { Connection } from '../http/follow.ts';
import { useNow } from '../parts/asked.ts';
import { shown } from '../parts/shown.ts';
import { lookOf, Status } from '../parts/status.tsx';
import { about, dateTime, duration } from '../parts/time.ts';
import { Trouble } from '../parts/trouble.tsx';
import { Decision } from '../plan/decision.tsx';
import { PlanView } from '../plan/plan-view.tsx';
import { EventLog } from './event-log.tsx';
import { Removals } from './removals.tsx';
import { useRunFeed } from './run-feed.ts';
import { StepGraph } from './step-graph.tsx';
import { Timeline } from './timeline.tsx';
import { Traffic } from './traffic.tsx';

type Run = Answers['Run'];

/** One run, live or long over: how it stands, its steps as a graph and in time, and what it told. */
export function RunPage({ runId }: { readonly runId: string }) {
  const { run, events, count, connection, error, look } = useRunFeed(runId);
  const isGone = error instanceof Refusal && error.status === 404;
  return (
    <>
      <header class="title">
        <h1>
          Run <code>{runId.slice(-8)}</code>
        </h1>
        {run && <Status of={run.status} />}
        {run && !isGone && <Cancel run={run} onDone={look} />}
        {run && !isGone && <Live connection={connection} isOver={run.finishedAt !== null} />}
      </header>
      {isGone && run && (
        <p class="notice" role="alert">
          This run is not kept any more. What is shown is what was seen of it last.
        </p>
      )}
      {!(isGone && run) && <Trouble error={error} />}
      {!run && !error && <p class="quiet">Asking…</p>}
      {run && <Head run={run} />}
      {run && !isGone && <Decision run={run} onDecided={look} />}
      {run?.plan && run.pendingApproval !== null && <PlanView plan={run.plan} />}
      {run && run.steps.length > 0 && (
        <>
          <StepGraph steps={run.steps} criticalPath={criticalSteps(run)} />
          <Timeline run={run} />
        </>
      )}
      {run && run.removals.length > 0 && <Removals removals={run.removals} />}
      <Traffic events={events} />
      {run?.plan && run.pendingApproval === null && <PlanView plan={run.plan} />}
      <EventLog events={events} count={count} />
      <p class="unseen" aria-live="polite">
        {run && `Run ${lookOf(run.status).word.toLowerCase()}.${underWay(run)}`}
      </p>
    </>
  );
}

function Live({ connection, isOver }: { readonly connection: Connection; readonly isOver: boolean }) {
  if (isOver || connection === 'ended') return null;
  const word = { connecting: 'Connecting…', live: 'Live', lost: 'Connection lost, trying again…', ended: '' }[
    connection
  ];
  return <span class={`live ${connection}`}>{word}</span>;
}

function Head({ run }: { readonly run: Run }) {
  const isOver = run.finishedAt !== null;
  const now = useNow(1000, !isOver);
  const elapsed = isOver ? run.durationInMs : Math.max(0, now - Date.parse(run.startedAt));
  const estimate = estimateOf(run);
  return (
    <>
      <dl class="facts">
        <div>
          <dt>Started</dt>
          <dd>{dateTime(run.startedAt)}</dd>
        </div>
        <div>
          <dt>By</dt>
          <dd>
            {shown(run.requestedBy, 80)} <span class="quiet">through {TRIGGERS[run.trigger] ?? run.trigger}</span>
          </dd>
        </div>
        <div>
          <dt>{isOver ? 'Took' : 'Running for'}</dt>
          <dd>
            {duration(elapsed)} {estimate > 0 && <span class="quiet">of {about(estimate)} by the plan</span>}
          </dd>
        </div>
        {run.place !== null && (
          <div>
            <dt>Place in the queue</dt>
            <dd>{run.place}</dd>
          </div>
        )}
      </dl>
      {run.error && (
        <div class="trouble" role="alert">
          <p>
            <span aria-hidden="true">✕ </span>
            {shown(run.error.message)} <code>{shown(run.error.code, 80)}</code>
          </p>
          {run.error.hint && <p class="quiet">{shown(run.error.hint)}</p>}
        </div>
      )}
    </>
  );
}

const TRIGGERS: Readonly<Record<string, string>> = {
  cli: 'the command line',
  http: 'HTTP',
  blob: 'an upload',
  timer: 'the timer',
};

/** Seconds on the path that decides how long the run takes. */
function estimateOf({ plan }: Run): number {
  return plan?.criticalPath.reduce((sum, { estimatedSeconds }) => sum + estimatedSeconds, 0) ?? 0;
}

function criticalSteps({ plan }: Run): ReadonlySet<string> {
  return new Set(plan?.criticalPath.map(({ step }) => step));
}

function underWay({ steps }: Run): string {
  const running = steps.filter(({ status }) => status === 'running').map(({ title }) => title);
  return running.length > 0 ? ` Under way: ${running.join(', ')}.` : '';
}
