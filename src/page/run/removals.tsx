import type { Answers } from '../http/client.ts';
import { shown } from '../parts/shown.ts';
import { Status } from '../parts/status.tsx';

/** Of a run that deletes: each resource, and how far it is. */
export function Removals({ removals }: { readonly removals: Answers['Run']['removals'] }) {
  return (
    <section aria-labelledby="removals">
      <h2 id="removals">Deletions</h2>
      <ul class="rows">
        {removals.map(({ key, status, error }) => (
          <li key={key}>
            <span>
              <code>{shown(key, 200)}</code> {error && <span class="bad-text">{shown(error.message, 500)}</span>}
            </span>
            <Status of={status} />
          </li>
        ))}
      </ul>
    </section>
  );
}
