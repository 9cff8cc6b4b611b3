import { useState } from 'preact/hooks';
import { runAddress } from '../address.ts';
import type { Answers } from '../http/client.ts';
import { useAsked, useNow } from '../parts/asked.ts';
import { useClient } from '../parts/session-context.ts';
import { shown } from '../parts/shown.ts';
import { Status } from '../parts/status.tsx';
import { ago, dateTime, duration } from '../parts/time.ts';
import { Trouble } from '../parts/trouble.tsx';
import { Charts } from './charts.tsx';

type Page = Answers['RunPage'];
type Overview = Page['runs'][number];

const EVERY_MS = 3000;

/** The runs of an environment, newest first, and older ones on demand. */
export function Runs({ environment }: { readonly environment: string }) {
  const client = useClient();
  const now = useNow(10_000);
  const [runs, setRuns] = useState<readonly Overview[]>([]);
  /** Where the pages that were asked for end; undefined: none was. */
  const [end, setEnd] = useState<Page['next']>();
  const [failed, setFailed] = useState<Error>();
  const path = `environments/${environment}/deployments`;
  const { answer, error } = useAsked(
    path,
    async (signal) => {
      const page = await client.get<Page>(path, signal);
      setRuns((before) => merged(page.runs, before));
      return page;
    },
    EVERY_MS,
  );
  const next = end === undefined ? answer?.next : end;
  const more = async (): Promise<void> => {
    try {
      const page = await client.get<Page>(`${path}?before=${encodeURIComponent(next ?? '')}`);
      setRuns((before) => merged(before, page.runs));
      setEnd(page.next);
      setFailed(undefined);
    } catch (cause) {
      setFailed(cause as Error);
    }
  };
  return (
    <>
      <Charts runs={runs} />
      <section aria-labelledby="runs">
        <h2 id="runs">Runs</h2>
        <Trouble error={failed ?? error} />
        {answer && runs.length === 0 && <p class="quiet">None yet.</p>}
        {runs.length > 0 && (
          <section class="scroll" tabIndex={0} aria-label="Table of runs">
            <table>
              <thead>
                <tr>
                  <th scope="col">Result</th>
                  <th scope="col">When</th>
                  <th scope="col">Took</th>
                  <th scope="col">Who</th>
                  <th scope="col">What</th>
                  <th scope="col">Run</th>
                </tr>
              </thead>
              <tbody>
                {runs.map((run) => (
                  <Row key={run.runId} run={run} now={now} />
                ))}
              </tbody>
            </table>
          </section>
        )}
        {next && (
          <button type="button" onClick={more}>
            Older runs
          </button>
        )}
      </section>
    </>
  );
}

/**
 * All that were told of, newest first, as ids of runs sort: one that newer ones push off the newest page is on no other page.
 *
 * @param told counts where both have a run
 */
function merged(told: readonly Overview[], others: readonly Overview[]): readonly Overview[] {
  const known = new Set(told.map(({ runId }) => runId));
  const all = [...told, ...others.filter(({ runId }) => !known.has(runId))];
  return all.toSorted((one, other) => (one.runId < other.runId ? 1 : -1));
}

function Row({ run, now }: { readonly run: Overview; readonly now: number }) {
  const { runId, status, startedAt, finishedAt, durationInMs } = run;
  return (
    <tr>
      <td>
        <Status of={status} />
      </td>
      <td>
        <time dateTime={startedAt} title={dateTime(startedAt)}>
          {ago(startedAt, now)}
        </time>
      </td>
      <td>{finishedAt ? duration(durationInMs) : duration(Math.max(0, now - Date.parse(startedAt)))}</td>
      <td>{shown(run.requestedBy ?? '', 60)}</td>
      <td>
        {run.work && <>{WORKS[run.work]}: </>}
        {whatOf(run)}
      </td>
      <td>
        <a href={runAddress(runId)}>
          <code>{runId.slice(-8)}</code>
        </a>
      </td>
    </tr>
  );
}

const WORKS: Readonly<Record<NonNullable<Overview['work']>, string>> = {
  deploy: 'deployed',
  plan: 'plan only',
  rollback: 'rolled back',
  repair: 'repaired',
  destroy: 'deleted',
  drift_check: 'looked for drift',
};

function whatOf({ executed, skipped, failed, deleted, drifted }: Overview): string {
  if (drifted !== undefined) return drifted === 0 ? 'none' : `${drifted} fields differ`;
  if (deleted !== undefined) return `${deleted} resources deleted`;
  const parts = [
    executed.length > 0 && `${executed.length} steps`,
    failed.length > 0 && `${failed.length} failed`,
    skipped.length > 0 && `${skipped.length} unchanged`,
  ];
  return parts.filter(Boolean).join(', ') || '–';
}
