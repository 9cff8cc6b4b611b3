import { useState } from 'preact/hooks';
import { jsonBody } from '../http/client.ts';
import { Ask } from '../parts/ask.tsx';
import { useClient } from '../parts/session-context.ts';
import { TypedName } from '../parts/typed-name.tsx';
import { commandLine } from './command.ts';
import { startAndShow } from './started.ts';

/** Deletes an environment, by a plan that waits for an approval; what holds data stays unless somebody chooses otherwise. */
export function Destroy({ environment, onClose }: { readonly environment: string; onClose(): void }) {
  const client = useClient();
  const [name, setName] = useState('');
  const [keepsData, setKeepsData] = useState(true);
  const [dumpTo, setDumpTo] = useState('');
  const dump = keepsData ? '' : dumpTo.trim();
  return (
    <Ask
      title={`Delete ${environment}`}
      command={commandLine('destroy', { environment, chosen: { '--keep-data': keepsData, '--dump-to': dump } })}
      yes="Make the plan"
      danger
      notYet={name !== environment}
      act={async () => {
        const body = jsonBody({ keepData: keepsData, ...(dump !== '' && { dumpTo: dump }) });
        await startAndShow(client, `environments/${environment}/destroy`, body);
      }}
      onClose={onClose}
    >
      <fieldset class="choices">
        <legend class="unseen">What happens to data</legend>
        <label>
          <input type="radio" name="data" checked={keepsData} onChange={() => setKeepsData(true)} /> Leave what holds
          data
        </label>
        <label>
          <input type="radio" name="data" checked={!keepsData} onChange={() => setKeepsData(false)} /> Delete data, too
        </label>
      </fieldset>
      {!keepsData && (
        <label class="field">
          First dump the databases to (account/container of a storage account; empty: no dump)
          <input value={dumpTo} spellcheck={false} onInput={({ currentTarget }) => setDumpTo(currentTarget.value)} />
        </label>
      )}
      <TypedName of={environment} value={name} onInput={setName} why="Everything that deployments made goes." />
      <p class="quiet">The plan says what goes and what stays, and waits for an approval before anything is deleted.</p>
    </Ask>
  );
}
