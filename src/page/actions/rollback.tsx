import { useState } from 'preact/hooks';
import { type Answers, jsonBody } from '../http/client.ts';
import { Ask } from '../parts/ask.tsx';
import { useAsked } from '../parts/asked.ts';
import { useClient } from '../parts/session-context.ts';
import { dateTime } from '../parts/time.ts';
import { commandLine } from './command.ts';
import { startAndShow } from './started.ts';

/** Goes back to an earlier release: first one sees what would change, and then decides about it. */
export function Rollback({ environment, onClose }: { readonly environment: string; onClose(): void }) {
  const client = useClient();
  const [to, setTo] = useState('');
  const [isDryRun, setDryRun] = useState(true);
  const path = `environments/${environment}/deployments?limit=100`;
  const { answer } = useAsked(path, async (signal) => await client.get<Answers['RunPage']>(path, signal));
  const releases = answer?.runs.filter(({ status, executed }) => status === 'succeeded' && executed.length > 0) ?? [];
  return (
    <Ask
      title={`Roll ${environment} back`}
      command={commandLine('rollBack', { environment, chosen: { '--to': to, '--dry-run': isDryRun } })}
      yes={isDryRun ? 'Show what would change' : 'Roll back'}
      act={async () => {
        const body = jsonBody({ ...(to !== '' && { to }), dryRun: isDryRun });
        await startAndShow(client, `environments/${environment}/rollback`, body);
      }}
      onClose={onClose}
    >
      <label class="field">
        Release
        <select value={to} onChange={({ currentTarget }) => setTo(currentTarget.value)}>
          <option value="">the one before the last</option>
          {releases.map(({ runId, startedAt }) => (
            <option key={runId} value={runId}>
              {dateTime(startedAt)} · {runId.slice(-8)}
            </option>
          ))}
        </select>
      </label>
      <fieldset class="choices">
        <legend class="unseen">What to do</legend>
        <label>
          <input type="radio" name="what" checked={isDryRun} onChange={() => setDryRun(true)} /> Show what would change
        </label>
        <label>
          <input type="radio" name="what" checked={!isDryRun} onChange={() => setDryRun(false)} /> Roll back; the plan
          waits for an approval
        </label>
      </fieldset>
      <p class="quiet">Images, variables and scale come back. Data, migrations and secrets stay as they are.</p>
    </Ask>
  );
}
