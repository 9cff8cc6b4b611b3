import { useMemo } from 'preact/hooks';
import type { RunEvent } from '../http-interface.d.ts';
import { shown } from '../parts/shown.ts';
import { clockTime } from '../parts/time.ts';
import { EachOnce } from './each-once.ts';

interface Share {
  readonly revision: string;
  readonly percent: number;
}

/** How the traffic of each service was moved, as the run told it; nothing while it has not. */
export function Traffic({ events }: { readonly events: readonly RunEvent[] }) {
  const trafficNow = useMemo(() => trafficIn(events), [events]);
  const services = trafficNow();
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

interface ServiceTraffic {
  readonly service: string;
  readonly at: string;
  readonly shares: readonly Share[];
}

/** The newest shares of each service, as of when it is called. */
function trafficIn(events: readonly RunEvent[]): () => readonly ServiceTraffic[] {
  const found = new Map<string, ServiceTraffic>();
  const each = new EachOnce(events, (event) => {
    if (event.type !== 'step_progress' || !event.traffic) return;
    const { service, shares } = event.traffic;
    found.set(service, {
      service,
      at: event.at,
      shares: Object.entries(shares).map(([revision, percent]) => ({ revision, percent })),
    });
  });
  return () => {
    each.look();
    return [...found.values()];
  };
}
