import { useState } from 'preact/hooks';
import { environmentAddress } from '../address.ts';
import type { Answers } from '../http/client.ts';
import { useClient } from '../parts/session-context.ts';
import { shown } from '../parts/shown.ts';

type Report = Answers['DriftReport'];

/** What the last look at Azure found, by environment; looking asks Azure for every resource, so people say when. */
const found = new Map<string, { readonly report: Report; readonly at: number }>();

export function driftFound(environment: string): { readonly report: Report; readonly at: number } | undefined {
  return found.get(environment);
}

interface DriftCheckProps {
  readonly environment: string;
  readonly isDeployed: boolean;
  onReport?(report: Report): void;
}

/** In a word whether something was changed outside, and the button that looks. */
export function DriftCheck({ environment, isDeployed, onReport }: DriftCheckProps) {
  const client = useClient();
  const [state, setState] = useState<'idle' | 'busy' | Error>('idle');
  const last = found.get(environment);
  if (!isDeployed) return <span class="quiet">nothing to compare</span>;
  const look = async (): Promise<void> => {
    setState('busy');
    try {
      const report = await client.get<Report>(`environments/${environment}/drift`);
      found.set(environment, { report, at: Date.now() });
      onReport?.(report);
      setState('idle');
    } catch (error) {
      setState(error as Error);
    }
  };
  return (
    <span class="drift-check">
      {state instanceof Error && <span class="bad-text">{shown(state.message, 200)} </span>}
      {last && !(state instanceof Error) && (
        <a class={last.report.drift.length > 0 ? 'bad-text' : 'good-text'} href={environmentAddress(environment)}>
          {wordsOf(last.report)}
        </a>
      )}{' '}
      <button type="button" class="small" disabled={state === 'busy'} onClick={look}>
        {state === 'busy' ? 'Looking…' : last ? 'Look again' : 'Look'}
        <span class="unseen"> for drift in {environment}</span>
      </button>
    </span>
  );
}

function wordsOf({ drift, resources }: Report): string {
  if (drift.length === 0) return `✓ none in ${resources} resources`;
  const count = new Set(drift.map(({ key }) => key)).size;
  return `✕ ${count} of ${resources} resources changed`;
}
