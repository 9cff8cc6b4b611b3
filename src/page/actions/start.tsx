import { useState } from 'preact/hooks';
import { Ask } from '../parts/ask.tsx';
import { useClient } from '../parts/session-context.ts';
import { commandLine } from './command.ts';
import { startAndShow } from './started.ts';

/** Deploys a configuration that is chosen or pasted; the plan is shown, and asked about, before anything is written. */
export function Start({ environment, onClose }: { readonly environment: string; onClose(): void }) {
  const client = useClient();
  const [text, setText] = useState('');
  const [isDryRun, setDryRun] = useState(false);
  const [refreshes, setRefreshes] = useState(false);
  const options = { dryRun: isDryRun, refresh: refreshes };
  const query = Object.entries(options).flatMap(([name, isSet]) => (isSet ? [`${name}=true`] : []));
  return (
    <Ask
      title={`Deploy to ${environment}`}
      command={commandLine(isDryRun ? 'plan' : 'deploy', {
        environment,
        chosen: { '--config': 'config.yaml', '--refresh': refreshes },
      })}
      yes={isDryRun ? 'Make the plan' : 'Start'}
      notYet={text.trim() === ''}
      act={async () =>
        await startAndShow(client, `environments/${environment}/deployments?${query.join('&')}`, {
          type: 'application/yaml',
          text,
        })
      }
      onClose={onClose}
    >
      <label class="field">
        Configuration file
        <input
          type="file"
          accept=".yaml,.yml,.json"
          onChange={async ({ currentTarget }) => setText((await currentTarget.files?.[0]?.text()) ?? '')}
        />
      </label>
      <label class="field">
        Configuration
        <textarea
          rows={10}
          spellcheck={false}
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </label>
      <label>
        <input type="checkbox" checked={isDryRun} onChange={({ currentTarget }) => setDryRun(currentTarget.checked)} />{' '}
        Only make the plan
      </label>
      <label>
        <input
          type="checkbox"
          checked={refreshes}
          onChange={({ currentTarget }) => setRefreshes(currentTarget.checked)}
        />{' '}
        Look at every resource, and repair what differs
      </label>
      {!isDryRun && <p class="quiet">The plan waits for your approval before anything is written.</p>}
    </Ask>
  );
}
