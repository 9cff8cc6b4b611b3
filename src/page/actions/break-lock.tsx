import { useState } from 'preact/hooks';
import type { Answers } from '../http/client.ts';
import { Ask } from '../parts/ask.tsx';
import { useClient, useRight } from '../parts/session-context.ts';
import { shown } from '../parts/shown.ts';
import { dateTime } from '../parts/time.ts';
import { commandLine } from './command.ts';

interface BreakLockProps {
  readonly environment: string;
  readonly lock: NonNullable<Answers['Environment']['lock']>;
  readonly now: number;
  onDone(): void;
}

/** Takes the lock from a run that is gone. One that was heard of in time is to be cancelled instead. */
export function BreakLock({ environment, lock, now, onDone }: BreakLockProps) {
  const client = useClient();
  const mayDeploy = useRight('deploy');
  // As it was when the question came: what the page learns meanwhile is not what was asked about.
  const [asked, setAsked] = useState<typeof lock>();
  const isStale = Date.parse(lock.wakeBy) < now;
  if (!mayDeploy || !(isStale || asked)) return null;
  return (
    <>
      {' '}
      <button type="button" class="small" onClick={() => setAsked(lock)}>
        Break…<span class="unseen"> the lock of {environment}</span>
      </button>
      {asked && (
        <Ask
          title={`Break the lock of ${environment}?`}
          command={commandLine('breakLock', { environment })}
          yes="Break the lock"
          danger
          act={async () => {
            const query = new URLSearchParams({ confirm: environment, run: asked.runId });
            await client.send('DELETE', `environments/${environment}/lock?${query}`);
            onDone();
          }}
          onClose={() => setAsked(undefined)}
        >
          <p>
            {shown(asked.holder, 100)} holds it for the run {asked.runId.slice(-8)}, and was to be heard of by{' '}
            {dateTime(asked.wakeBy)}. Should that run be alive after all, it writes nothing more.
          </p>
        </Ask>
      )}
    </>
  );
}
