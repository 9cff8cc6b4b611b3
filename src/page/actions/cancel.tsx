import { useState } from 'preact/hooks';
import type { Answers } from '../http/client.ts';
import { Ask } from '../parts/ask.tsx';
import { useClient, useRight } from '../parts/session-context.ts';
import { commandLine } from './command.ts';

/** Stops a run at its next safe point. */
export function Cancel({ run, onDone }: { readonly run: Answers['Run']; onDone(): void }) {
  const client = useClient();
  const mayDeploy = useRight('deploy');
  const [isOpen, setOpen] = useState(false);
  if (!mayDeploy || run.finishedAt !== null) return null;
  if (run.cancelRequested) return <span class="quiet">Stops at the next safe point.</span>;
  const act = async (): Promise<void> => {
    try {
      await client.send('POST', `deployments/${run.runId}/cancel`);
    } finally {
      onDone();
    }
  };
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Cancel…
      </button>
      {isOpen && (
        <Ask
          title="Cancel this run?"
          command={commandLine('cancel', { environment: run.environment, about: run.runId })}
          yes="Cancel the run"
          danger
          act={act}
          onClose={() => setOpen(false)}
        >
          <p>Nothing new is started; what runs on Azure is followed to its end. What is done stays.</p>
        </Ask>
      )}
    </>
  );
}
