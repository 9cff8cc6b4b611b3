import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Dialog } from './dialog.tsx';
import { shown } from './shown.ts';
import { Trouble } from './trouble.tsx';

/** A comment in it may have a thousand characters. */
const MOST = 5000;

interface AskProps {
  readonly title: string;
  readonly children?: ComponentChildren;
  /** What the command line would have been. */
  readonly command: string;
  readonly yes: string;
  readonly danger?: boolean;
  /** What has to be given first is missing. */
  readonly notYet?: boolean;
  act(): Promise<void>;
  onClose(): void;
}

/** Asks before something is done, and says how it is done without the page. What was refused is told, and can be tried again. */
export function Ask({ title, children, command, yes, danger = false, notYet = false, act, onClose }: AskProps) {
  const [error, setError] = useState<Error>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      await act();
      onClose();
    } catch (cause) {
      setError(cause as Error);
      setBusy(false);
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit}>
        {children}
        <div class="field">
          <span class="quiet">On the command line</span>
          <pre class="command">
            {shown(command, MOST)
              .split(' ')
              .map((word, index) => [index > 0 && ' ', <span class="word">{word}</span>])}
          </pre>
        </div>
        <Trouble error={error} />
        <div class="actions">
          <button type="submit" class={danger ? 'danger' : 'primary'} disabled={isBusy || notYet}>
            {isBusy ? 'Asking the app…' : yes}
          </button>
          <button type="button" onClick={onClose}>
            Leave it
          </button>
        </div>
      </form>
    </Dialog>
  );
}
