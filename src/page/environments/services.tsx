import type { Answers } from '../http/client.ts';
import type { Asked } from '../parts/asked.ts';
import { shown } from '../parts/shown.ts';
import { Status } from '../parts/status.tsx';
import { clockTime } from '../parts/time.ts';
import { Trouble } from '../parts/trouble.tsx';
import { Address } from './facts.tsx';

type Services = Answers['Services'];
type Service = Services['services'][number];

/** How the services are just now, as Azure says. */
export function ServicesNow({ asked: { answer, error } }: { readonly asked: Asked<Services> }) {
  if (answer?.services.length === 0 && answer.backing.length === 0) return null;
  return (
    <section aria-labelledby="services">
      <h2 id="services">Services {answer && <span class="quiet">as of {clockTime(answer.at)}</span>}</h2>
      <Trouble error={error} />
      {!answer && !error && <p class="quiet">Asking Azure…</p>}
      {answer && (
        <section class="scroll" tabIndex={0} aria-label="Table of services">
          <table>
            <thead>
              <tr>
                <th scope="col">Service</th>
                <th scope="col">Health</th>
                <th scope="col">Replicas</th>
                <th scope="col">Revisions with traffic</th>
                <th scope="col">Address</th>
              </tr>
            </thead>
            <tbody>
              {answer.services.map((service) => (
                <Row key={service.key} of={service} />
              ))}
              {answer.backing.map(({ key, health, state, address, unread }) => (
                <tr key={key}>
                  <td>{shown(key, 80)}</td>
                  <td>
                    <Status of={health} />{' '}
                    <span class="quiet">{shown(unread ?? (health === 'ready' ? '' : (state ?? '')), 200)}</span>
                  </td>
                  <td />
                  <td />
                  <td>{shown(address ?? '', 200)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

function Row({
  of: { key, health, replicas, revisions, address, driftedVariables, unread },
}: {
  readonly of: Service;
}) {
  const serving = revisions.filter(({ traffic }) => traffic > 0);
  const changed = driftedVariables ?? [];
  return (
    <tr>
      <td>{shown(key, 80)}</td>
      <td>
        <Status of={health} /> {unread !== null && <span class="quiet">{shown(unread, 200)}</span>}
        {changed.length > 0 && (
          <p class="bad-text">changed by hand: {changed.map(({ name }) => shown(name, 60)).join(', ')}</p>
        )}
      </td>
      <td>{replicas && `${replicas.now} of ${replicas.min}–${replicas.max}`}</td>
      <td>
        {serving.map(({ name, traffic }) => `${shown(name.split('--').at(-1) ?? name, 60)} ${traffic} %`).join(', ')}
      </td>
      <td>{address !== null && <Address address={address} />}</td>
    </tr>
  );
}
