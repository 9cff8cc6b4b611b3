import { useState } from 'preact/hooks';
import { type Answers, jsonBody } from '../http/client.ts';
import { Ask } from '../parts/ask.tsx';
import { useClient, useRight } from '../parts/session-context.ts';
import { shown } from '../parts/shown.ts';
import { dateTime } from '../parts/time.ts';
import { commandLine } from './command.ts';
import { startAndShow } from './started.ts';

type LeftBehindResource = Answers['Environment']['leftBehind'][number];
interface Chosen {
  readonly name: string;
  readonly what: 'delete' | 'forget';
}

/** What was deployed and has no place in the configuration any more: it is deleted by a plan of its own, or let go of. */
export function LeftBehind({
  environment,
  resources,
  onDone,
}: {
  readonly environment: string;
  readonly resources: readonly LeftBehindResource[];
  onDone(): void;
}) {
  const mayDeploy = useRight('deploy');
  const [chosen, setChosen] = useState<Chosen>();
  if (resources.length === 0) return null;
  return (
    <section aria-labelledby="left-behind">
      <h2 id="left-behind">Left behind</h2>
      <ul class="rows">
        {resources.map(({ name, type, holdsData, since }) => (
          <li key={name}>
            <span>
              <code>{shown(name, 200)}</code> <span class="quiet">{shown(type, 100)}</span>
              {holdsData && <span class="bad-text"> holds data</span>}
              {since && <span class="quiet"> since {dateTime(since)}</span>}
            </span>
            {mayDeploy && (
              <span class="actions">
                <button type="button" class="small" onClick={() => setChosen({ name, what: 'delete' })}>
                  Delete… <span class="unseen">{shown(name, 200)}</span>
                </button>
                <button type="button" class="small" onClick={() => setChosen({ name, what: 'forget' })}>
                  Let go… <span class="unseen">{shown(name, 200)}</span>
                </button>
              </span>
            )}
          </li>
        ))}
      </ul>
      {chosen && (
        <AskAbout environment={environment} chosen={chosen} onDone={onDone} onClose={() => setChosen(undefined)} />
      )}
    </section>
  );
}

interface AskAboutProps {
  readonly environment: string;
  readonly chosen: Chosen;
  onDone(): void;
  onClose(): void;
}

function AskAbout({ environment, chosen: { name, what }, onDone, onClose }: AskAboutProps) {
  const client = useClient();
  if (what === 'delete') {
    return (
      <Ask
        title={`Delete ${shown(name, 200)}?`}
        command={commandLine('deleteLeftBehind', { environment, chosen: { '--left-behind': name } })}
        yes="Make the plan"
        act={async () =>
          await startAndShow(client, `environments/${environment}/destroy`, jsonBody({ leftBehind: name }))
        }
        onClose={onClose}
      >
        <p>The plan says what goes with it, and waits for an approval before anything is deleted.</p>
      </Ask>
    );
  }
  return (
    <Ask
      title={`Let go of ${shown(name, 200)}?`}
      command={commandLine('forget', { environment, about: name })}
      yes="Let go"
      act={async () => {
        await client.send('DELETE', `environments/${environment}/resources/${encodeURIComponent(name)}`);
        onDone();
      }}
      onClose={onClose}
    >
      <p>It stays on Azure as it is, and nothing here knows of it any more.</p>
    </Ask>
  );
}
