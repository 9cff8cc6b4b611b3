import { jsonBody } from '../http/client.ts';
import { Ask } from '../parts/ask.tsx';
import { useClient } from '../parts/session-context.ts';
import { commandLine } from './command.ts';
import { startAndShow } from './started.ts';

/** Puts back what was changed by hand, by a plan that waits for an approval. */
export function Repair({ environment, onClose }: { readonly environment: string; onClose(): void }) {
  const client = useClient();
  return (
    <Ask
      title={`Repair ${environment}?`}
      command={commandLine('repair', { environment, chosen: { '--fix': true } })}
      yes="Make the plan"
      act={async () => await startAndShow(client, `environments/${environment}/repair`, jsonBody({}))}
      onClose={onClose}
    >
      <p>What is there is looked at again. The plan says what is put back, and waits for an approval.</p>
    </Ask>
  );
}
