import { useState } from 'preact/hooks';
import { BreakLock } from '../actions/break-lock.tsx';
import { Destroy } from '../actions/destroy.tsx';
import { LeftBehind } from '../actions/left-behind.tsx';
import { Rollback } from '../actions/rollback.tsx';
import { Start } from '../actions/start.tsx';
import { Runs } from '../history/runs.tsx';
import { type Answers, Refusal } from '../http/client.ts';
import { useAsked, useNow } from '../parts/asked.ts';
import { useClient, useRight } from '../parts/session-context.ts';
import { Status } from '../parts/status.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { Drift } from './drift.tsx';
import { DriftCheck } from './drift-check.tsx';
import { Addresses, healthOf, Locked, ScheduledCheck, Version } from './facts.tsx';
import { ServicesNow } from './services.tsx';

const EVERY_MS = 3000;
/** Azure is asked for each service. */
const SERVICES_EVERY_MS = 30_000;

/** Of an environment of which nothing is deployed. */
const NO_SERVICES: Answers['Services'] = { at: '', health: null, services: [], backing: [], comparedWith: null };

/** One environment: how it stands, what can be done, and its runs. */
export function EnvironmentPage({ environment }: { readonly environment: string }) {
  const client = useClient();
  const [, setLooked] = useState(0);
  const { answer, error, again } = useAsked(
    environment,
    async (signal) => await client.get<Answers['Environment']>(`environments/${environment}`, signal),
    EVERY_MS,
  );
  const isNew = error instanceof Refusal && error.problem?.code === 'environment_unknown';
  const isDeployed = (answer?.resources.length ?? 0) > 0;
  const services = useAsked(
    `services of ${environment} ${isDeployed}`,
    async (signal) =>
      isDeployed ? await client.get<Answers['Services']>(`environments/${environment}/services`, signal) : NO_SERVICES,
    SERVICES_EVERY_MS,
  );
  const health = services.answer?.health;
  return (
    <>
      <header class="title">
        <h1>{environment}</h1>
        {health && <Status of={health} />}
        {answer && <Status of={healthOf(answer, undefined)} {...(health && { what: 'Last run' })} />}
      </header>
      {isNew ? <p class="quiet">Nothing was deployed here yet.</p> : <Trouble error={error} />}
      {answer && <Facts environment={answer} onLooked={() => setLooked((before) => before + 1)} onChanged={again} />}
      <Actions environment={environment} isDeployed={isDeployed} />
      {isDeployed && <ServicesNow asked={services} />}
      <Drift environment={environment} />
      {answer && <LeftBehind environment={environment} resources={answer.leftBehind} onDone={again} />}
      <Runs environment={environment} />
    </>
  );
}

interface FactsProps {
  readonly environment: Answers['Environment'];
  onLooked(): void;
  onChanged(): void;
}

function Facts({ environment, onLooked, onChanged }: FactsProps) {
  const now = useNow(10_000);
  const { lock } = environment;
  return (
    <dl class="facts">
      <div>
        <dt>Address</dt>
        <dd>
          <Addresses of={environment} />
        </dd>
      </div>
      <div>
        <dt>Version</dt>
        <dd>
          <Version of={environment} />
        </dd>
      </div>
      <div>
        <dt>Drift</dt>
        <dd>
          <DriftCheck
            environment={environment.environment}
            isDeployed={environment.resources.length > 0}
            onReport={onLooked}
          />
          <ScheduledCheck of={environment} />
        </dd>
      </div>
      <div>
        <dt>Lock</dt>
        <dd>
          <Locked of={environment} now={now} />
          {lock && <BreakLock environment={environment.environment} lock={lock} now={now} onDone={onChanged} />}
        </dd>
      </div>
    </dl>
  );
}

function Actions({ environment, isDeployed }: { readonly environment: string; readonly isDeployed: boolean }) {
  const mayDeploy = useRight('deploy');
  const [open, setOpen] = useState<'start' | 'rollback' | 'destroy'>();
  const close = (): void => setOpen(undefined);
  if (!mayDeploy) return <p class="quiet">Your key reads, and starts nothing.</p>;
  return (
    <div class="actions">
      <button type="button" class="primary" onClick={() => setOpen('start')}>
        Deploy…
      </button>
      {isDeployed && (
        <button type="button" onClick={() => setOpen('rollback')}>
          Roll back…
        </button>
      )}
      {isDeployed && (
        <button type="button" onClick={() => setOpen('destroy')}>
          Delete…
        </button>
      )}
      {open === 'start' && <Start environment={environment} onClose={close} />}
      {open === 'rollback' && <Rollback environment={environment} onClose={close} />}
      {open === 'destroy' && <Destroy environment={environment} onClose={close} />}
    </div>
  );
}
