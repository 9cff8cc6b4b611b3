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
  healthy: { sign: '✓', word: 'Healthy', tone: 'good' },
  ready: { sign: '✓', word: 'Ready', tone: 'good' },
  starting: { sign: '●', word: 'Starting', tone: 'busy' },
  scaled_to_zero: { sign: '○', word: 'Scaled to zero', tone: 'calm' },
  unknown: { sign: '·', word: 'Not known', tone: 'calm' },
  degraded: { sign: '!', word: 'Degraded', tone: 'bad' },
  unhealthy: { sign: '✕', word: 'Unhealthy', tone: 'bad' },
  not_ready: { sign: '✕', word: 'Not ready', tone: 'bad' },
  missing: { sign: '✕', word: 'Missing', tone: 'bad' },
  known: { sign: '○', word: 'Taken over', tone: 'calm' },
  new: { sign: '○', word: 'Nothing yet', tone: 'calm' },
};

export function lookOf(status: string): Look {
  return LOOKS[status] ?? { sign: '·', word: status, tone: 'calm' };
}

/** @param what has this status, where more than one thing has */
export function Status({ of, what }: { readonly of: string; readonly what?: string }) {
  const { sign, word, tone } = lookOf(of);
  return (
    <span class={`status ${tone}`}>
      <span aria-hidden="true">{sign}</span> {what === undefined ? word : `${what}: ${word.toLowerCase()}`}
    </span>
  );
}
