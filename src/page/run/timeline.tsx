import type { Answers } from '../http/client.ts';
import { useNow } from '../parts/asked.ts';
import { shown } from '../parts/shown.ts';
import { Status } from '../parts/status.tsx';
import { about, duration } from '../parts/time.ts';
import { type Bar, schedule } from './schedule.ts';

type Run = Answers['Run'];

/** Every step in time: what it took, what it takes, and where the plan expects it; the critical path is marked. */
export function Timeline({ run }: { readonly run: Run }) {
  const now = useNow(1000, run.finishedAt === null);
  const critical = new Set<string>(run.plan?.criticalPath.map(({ step }) => step));
  const estimates = new Map<string, number>(
    run.plan?.criticalPath.map(({ step, estimatedSeconds }) => [step, estimatedSeconds]),
  );
  const { bars, totalInMs } = schedule(run, now);
  const estimate = [...estimates.values()].reduce((sum, seconds) => sum + seconds, 0);
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline">Timeline</h2>
      <p class="quiet legend">
        {estimate > 0 && `The critical path, marked ◆, takes ${about(estimate)}. `}
        {totalInMs > 0 && `The whole width is ${duration(totalInMs)}.`}
      </p>
      <ol class="timeline">
        {run.steps.map((step) => (
          <li key={step.step} class={critical.has(step.step) ? 'critical' : ''}>
            <span class="step-name">
              {step.number}. {step.title}
              {critical.has(step.step) && (
                <span class="mark" title="on the critical path">
                  <span aria-hidden="true"> ◆</span>
                  <span class="unseen">, on the critical path</span>
                </span>
              )}
            </span>
            <span class="step-state">
              <Status of={step.status} />
              {step.durationInMs !== null && <span class="quiet"> {duration(step.durationInMs)}</span>}
            </span>
            <Span bar={bars.get(step.step)} totalInMs={totalInMs} />
            <span class="step-reason quiet">
              {shown(step.error?.message ?? step.waitingFor ?? step.reason ?? '', 300)}
              {step.error?.hint && <> {shown(step.error.hint, 300)}</>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Span({ bar, totalInMs }: { readonly bar: Bar | undefined; readonly totalInMs: number }) {
  if (!bar || totalInMs <= 0) return <span class="track" aria-hidden="true" />;
  const percent = (ms: number): string => `${((ms / totalInMs) * 100).toFixed(2)}%`;
  return (
    <span class="track" aria-hidden="true">
      <span class={`bar ${bar.kind}`} style={{ left: percent(bar.fromMs), width: percent(bar.toMs - bar.fromMs) }} />
    </span>
  );
}
