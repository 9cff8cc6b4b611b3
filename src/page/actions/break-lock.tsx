import { useState } from 'preact/hooks';
import type { Answers } from '../http/client.ts';
import { Ask } from '../parts/ask.tsx';
import { commandLine } from '../parts/command.ts';
import { useClient, useRight } from '../parts/session-context.ts';
import { shown } from '../parts/shown.ts';
import { dateTime } from '../parts/time.ts';

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
  const [isOpen, setOpen] = useState(false);
  const isStale = Date.parse(lock.wakeBy) < now;
  if (!mayDeploy || !(isStale || isOpen)) return null;
  return (
    <>
      {' '}
      <button type="button" class="small" onClick={() => setOpen(true)}>
        Break…<span class="unseen"> the lock of {environment}</span>
      </button>
      {isOpen && (
        <Ask
          title={`Break the lock of ${environment}?`}
          command={commandLine(['state', 'unlock'], environment)}
          yes="Break the lock"
          danger
          act={async () => {
            await client.send('DELETE', `environments/${environment}/lock?confirm=${environment}`);
            onDone();
          }}
          onClose={() => setOpen(false)}
        >
          <p>
            {shown(lock.holder, 100)} holds it for the run {lock.runId.slice(-8)}, and was to be heard of by{' '}
            {dateTime(lock.wakeBy)}. Should that run be alive after all, it writes nothing more.
          </p>
        </Ask>
      )}
    </>
  );
}
