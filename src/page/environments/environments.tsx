import { environmentAddress, runAddress } from '../address.ts';
import type { Answers, Client } from '../http/client.ts';
import { useAsked, useNow } from '../parts/asked.ts';
import { useClient } from '../parts/session-context.ts';
import { shown } from '../parts/shown.ts';
import { Status } from '../parts/status.tsx';
import { ago } from '../parts/time.ts';
import { Trouble } from '../parts/trouble.tsx';
import { DriftCheck } from './drift-check.tsx';
import { Addresses, healthOf, Locked, Money, ScheduledCheck, Version } from './facts.tsx';

const EVERY_MS = 5000;

type Overview = Answers['Overview']['environments'][number];

/** Every environment that the key opens, at a glance. */
export function Environments() {
  const client = useClient();
  const { answer, error } = useAsked('environments', async (signal) => await everything(client, signal), EVERY_MS);
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
          <Card key={overview.environment} {...overview} />
        ))}
      </div>
    </>
  );
}

/** One question, as long as there are no more than a hundred of them. */
async function everything(client: Client, signal: AbortSignal): Promise<readonly Overview[]> {
  const found: Overview[] = [];
  let after: string | null = null;
  do {
    const query: string = after === null ? '' : `?after=${after}`;
    const page = await client.get<Answers['Overview']>(`overview${query}`, signal);
    found.push(...page.environments);
    after = page.next;
  } while (after !== null);
  return found;
}

function Card({ environment, state, newestRun, monthlyCost, trouble }: Overview) {
  return (
    <section class="card" aria-labelledby={`environment-${environment}`}>
      <header>
        <h2 id={`environment-${environment}`}>
          <a href={environmentAddress(environment)}>{environment}</a>
        </h2>
        {state && <Status of={healthOf(state, newestRun ?? undefined)} />}
      </header>
      {trouble && (
        <p class="bad-text">
          {shown(trouble.detail ?? trouble.code)} {trouble.hint !== undefined && shown(trouble.hint)}
        </p>
      )}
      {state && <Facts environment={environment} state={state} run={newestRun} cost={monthlyCost} />}
    </section>
  );
}

interface FactsProps {
  readonly environment: string;
  readonly state: NonNullable<Overview['state']>;
  readonly run: Overview['newestRun'];
  readonly cost: Overview['monthlyCost'];
}

function Facts({ environment, state, run, cost }: FactsProps) {
  const now = useNow(10_000);
  const { expires } = state;
  return (
    <dl>
      <dt>Address</dt>
      <dd>
        <Addresses of={state} />
      </dd>
      <dt>Version</dt>
      <dd>
        <Version of={state} />
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
        <Money of={cost} />
      </dd>
      <dt>Drift</dt>
      <dd>
        <DriftCheck environment={environment} isDeployed={state.resources > 0} />
        <ScheduledCheck of={state} />
      </dd>
      <dt>Lock</dt>
      <dd>
        <Locked of={state} now={now} />
      </dd>
      {expires && (
        <>
          <dt>Ends</dt>
          <dd>{ago(expires.at, now)}, with its data</dd>
        </>
      )}
    </dl>
  );
}
