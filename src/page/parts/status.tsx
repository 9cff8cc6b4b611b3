/** How something stands: a sign and a word beside the colour, so that nobody needs to see colours. */
interface Look {
  readonly sign: string;
  readonly word: string;
  readonly tone: 'good' | 'bad' | 'busy' | 'calm' | 'wait';
}

const LOOKS: Readonly<Record<string, Look>> = {
  succeeded: { sign: '✓', word: 'Succeeded', tone: 'good' },
  completed: { sign: '✓', word: 'Done', tone: 'good' },
  failed: { sign: '✕', word: 'Failed', tone: 'bad' },
  running: { sign: '●', word: 'Running', tone: 'busy' },
  queued: { sign: '◷', word: 'Queued', tone: 'wait' },
  waiting_for_approval: { sign: '?', word: 'Needs approval', tone: 'wait' },
  cancelled: { sign: '■', word: 'Cancelled', tone: 'calm' },
  rejected: { sign: '■', word: 'Rejected', tone: 'calm' },
  stopped: { sign: '■', word: 'Not reached', tone: 'calm' },
  skipped: { sign: '–', word: 'Unchanged', tone: 'calm' },
  pending: { sign: '○', word: 'Waiting', tone: 'calm' },
  deleted: { sign: '∅', word: 'Deleted', tone: 'calm' },
  known: { sign: '○', word: 'Taken over', tone: 'calm' },
  new: { sign: '○', word: 'Nothing yet', tone: 'calm' },
};

export function lookOf(status: string): Look {
  return LOOKS[status] ?? { sign: '·', word: status, tone: 'calm' };
}

export function Status({ of }: { readonly of: string }) {
  const { sign, word, tone } = lookOf(of);
  return (
    <span class={`status ${tone}`}>
      <span aria-hidden="true">{sign}</span> {word}
    </span>
  );
}
