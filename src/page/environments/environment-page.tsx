import { Runs } from '../history/runs.tsx';
import type { Answers } from '../http/client.ts';
import { Refusal } from '../http/client.ts';
import { useAsked, useNow } from '../parts/asked.ts';
import { useClient } from '../parts/session-context.ts';
import { Status } from '../parts/status.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { DriftCheck } from './drift-check.tsx';
import { Addresses, healthOf, Locked, Version } from './facts.tsx';

const EVERY_MS = 3000;

/** One environment: how it stands, and its runs. */
export function EnvironmentPage({ environment }: { readonly environment: string }) {
  const client = useClient();
  const now = useNow(10_000);
  const { answer, error } = useAsked(
    environment,
    async (signal) => await client.get<Answers['Environment']>(`environments/${environment}`, signal),
    EVERY_MS,
  );
  const isNew = error instanceof Refusal && error.problem?.code === 'environment_unknown';
  return (
    <>
      <header class="title">
        <h1>{environment}</h1>
        {answer && <Status of={healthOf(answer, undefined)} />}
      </header>
      {isNew ? <p class="quiet">Nothing was deployed here yet.</p> : <Trouble error={error} />}
      {answer && (
        <dl class="facts">
          <div>
            <dt>Address</dt>
            <dd>
              <Addresses of={answer} />
            </dd>
          </div>
          <div>
            <dt>Version</dt>
            <dd>
              <Version of={answer} />
            </dd>
          </div>
          <div>
            <dt>Drift</dt>
            <dd>
              <DriftCheck environment={environment} isDeployed={answer.resources.length > 0} />
            </dd>
          </div>
          <div>
            <dt>Lock</dt>
            <dd>
              <Locked of={answer} now={now} />
            </dd>
          </div>
        </dl>
      )}
      <Runs environment={environment} />
    </>
  );
}
