import { environmentAddress, runAddress } from '../address.ts';
import type { Answers, Client } from '../http/client.ts';
import { useAsked, useNow } from '../parts/asked.ts';
import { useClient } from '../parts/session-context.ts';
import { shown } from '../parts/shown.ts';
import { Status } from '../parts/status.tsx';
import { ago } from '../parts/time.ts';
import { Trouble } from '../parts/trouble.tsx';
import { DriftCheck } from './drift-check.tsx';
import { Addresses, healthOf, Locked, Money, Version } from './facts.tsx';

const EVERY_MS = 5000;

interface Overview {
  readonly environment: Answers['Environment'];
  /** The newest run, of which the plan knows the cost. */
  readonly run: Answers['Run'] | undefined;
}

/** Every environment that the key opens, at a glance. */
export function Environments() {
  const client = useClient();
  const { answer, error } = useAsked('environments', async (signal) => await overviews(client, signal), EVERY_MS);
  return (
    <>
      <h1>Environments</h1>
      <Trouble error={error} />
      {!answer && !error && <p class="quiet">Asking…</p>}
      {answer?.length === 0 && (
        <p class="quiet">
          Nothing was deployed yet. Start with <code>draftgenie-deploy --environment NAME</code>, or open an address
          such as <a href="#/environments/staging">#/environments/staging</a> to deploy a configuration from here.
        </p>
      )}
      <div class="cards">
        {answer?.map((overview) => (
          <Card key={overview.environment.environment} {...overview} />
        ))}
      </div>
    </>
  );
}

/** Checks by the clock stand among the runs, and say nothing of a deployment. */
const LOOKED_AT_RUNS = 10;

async function overviews(client: Client, signal: AbortSignal): Promise<readonly Overview[]> {
  const { environments } = await client.get<Answers['EnvironmentList']>('environments', signal);
  return await Promise.all(
    environments.map(async (name) => {
      const [environment, { runs }] = await Promise.all([
        client.get<Answers['Environment']>(`environments/${name}`, signal),
        client.get<Answers['RunPage']>(`environments/${name}/deployments?limit=${LOOKED_AT_RUNS}`, signal),
      ]);
      return { environment, run: await runOf(client, runs.find(({ work }) => work !== 'drift_check')?.runId, signal) };
    }),
  );
}

const kept = new Map<string, Answers['Run']>();

/** A run that has ended is asked for once. One that is gone meanwhile leaves its environment without what it knew. */
async function runOf(
  client: Client,
  runId: string | undefined,
  signal: AbortSignal,
): Promise<Answers['Run'] | undefined> {
  if (runId === undefined) return undefined;
  const known = kept.get(runId);
  if (known) return known;
  const run = await client.get<Answers['Run']>(`deployments/${runId}`, signal).catch(() => undefined);
  if (run?.finishedAt) kept.set(runId, run);
  return run;
}

function Card({ environment, run }: Overview) {
  const now = useNow(10_000);
  const { environment: name, expires } = environment;
  return (
    <section class="card" aria-labelledby={`environment-${name}`}>
      <header>
        <h2 id={`environment-${name}`}>
          <a href={environmentAddress(name)}>{name}</a>
        </h2>
        <Status of={healthOf(environment, run)} />
      </header>
      <dl>
        <dt>Address</dt>
        <dd>
          <Addresses of={environment} />
        </dd>
        <dt>Version</dt>
        <dd>
          <Version of={environment} />
        </dd>
        <dt>Last run</dt>
        <dd>
          {run ? (
            <>
              <a href={runAddress(run.runId)}>
                {run.finishedAt ? ago(run.finishedAt, now) : `started ${ago(run.startedAt, now)}`}
              </a>{' '}
              <span class="quiet">by {shown(run.requestedBy, 60)}</span>
            </>
          ) : (
            <span class="quiet">none</span>
          )}
        </dd>
        <dt>Cost</dt>
        <dd>
          <Money of={run} />
        </dd>
        <dt>Drift</dt>
        <dd>
          <DriftCheck environment={name} isDeployed={environment.resources.length > 0} />
        </dd>
        <dt>Lock</dt>
        <dd>
          <Locked of={environment} now={now} />
        </dd>
        {expires && (
          <>
            <dt>Ends</dt>
            <dd>{ago(expires.at, now)}, with its data</dd>
          </>
        )}
      </dl>
    </section>
  );
}
