import { useMemo } from 'preact/hooks';
import type { RunEvent } from '../http-interface.d.ts';
import { shown } from '../parts/shown.ts';
import { clockTime } from '../parts/time.ts';

interface Share {
  readonly revision: string;
  readonly percent: number;
}

/** How the traffic of each service was moved, as the run told it; nothing while it has not. */
export function Traffic({ events, count }: { readonly events: readonly RunEvent[]; readonly count: number }) {
  const services = useMemo(() => trafficIn(events), [events, count]);
  if (services.length === 0) return null;
  return (
    <section aria-labelledby="traffic">
      <h2 id="traffic">Traffic</h2>
      <ul class="traffic">
        {services.map(({ service, at, shares }) => (
          <li key={service}>
            <span>
              {shown(service, 80)} <span class="quiet">since {clockTime(at)}</span>
            </span>
            <span class="shares" aria-hidden="true">
              {shares.map(({ revision, percent }, index) => (
                <span key={revision} class={`share tone-${index % 4}`} style={{ width: `${percent}%` }} />
              ))}
            </span>
            <span class="quiet">
              {shares.map(({ revision, percent }) => `${shown(revision, 80)} ${percent} %`).join(', ') || 'nowhere'}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The newest shares of each service. */
function trafficIn(events: readonly RunEvent[]) {
  const found = new Map<string, { readonly service: string; readonly at: string; readonly shares: readonly Share[] }>();
  for (const event of events) {
    if (event.type !== 'step_progress' || !event.traffic) continue;
    const { service, shares } = event.traffic;
    found.set(service, {
      service,
      at: event.at,
      shares: Object.entries(shares).map(([revision, percent]) => ({ revision, percent })),
    });
  }
  return [...found.values()];
}
