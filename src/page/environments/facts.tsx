import { runAddress } from '../address.ts';
import type { Answers } from '../http/client.ts';
import { shown } from '../parts/shown.ts';
import { ago } from '../parts/time.ts';

/** What the overview tells of an environment, and what is told of one alone has as well. */
type Environment = Pick<
  Answers['Environment'],
  'lastUpdated' | 'driftCheck' | 'closed' | 'lock' | 'lastRun' | 'addresses' | 'images' | 'revisions' | 'queue'
>;
type Run = Answers['Run'];

/** How an environment stands: what is under way counts before how the last run ended. */
export function healthOf(
  { closed, lock, lastRun, lastUpdated }: Environment,
  run: Pick<Run, 'status' | 'finishedAt'> | undefined,
): string {
  if (run?.finishedAt === null) return run.status;
  if (lock) return 'running';
  if (closed) return 'deleted';
  return lastRun?.status ?? run?.status ?? (lastUpdated === null ? 'new' : 'known');
}

/** Where its services answer. Only web addresses become links. */
export function Addresses({ of: { addresses } }: { readonly of: Environment }) {
  const all = Object.entries(addresses);
  if (all.length === 0) return <span class="quiet">none</span>;
  return (
    <ul class="plain">
      {all.slice(0, 4).map(([service, address]) => (
        <li key={service}>
          <Address address={address} />
        </li>
      ))}
      {all.length > 4 && <li class="quiet">and {all.length - 4} more</li>}
    </ul>
  );
}

export function Address({ address }: { readonly address: string }) {
  const url = address.includes('://') ? address : `https://${address}`;
  if (!/^https?:\/\//.test(url)) return <>{shown(address, 200)}</>;
  return (
    <a href={url} target="_blank" rel="noreferrer noopener">
      {shown(address.replace(/^https?:\/\//, ''), 200)}
    </a>
  );
}

/** Revisions that serve, and the images that were built for them. */
export function Version({ of: { images, revisions } }: { readonly of: Environment }) {
  const services = [...new Set([...Object.keys(revisions), ...Object.keys(images)])].sort();
  if (services.length === 0) return <span class="quiet">none</span>;
  return (
    <ul class="plain">
      {services.slice(0, 4).map((service) => (
        <li key={service}>
          {shown(service, 80)}{' '}
          <span class="quiet">{shown(shortVersion(service, images[service], revisions[service]), 80)}</span>
        </li>
      ))}
      {services.length > 4 && <li class="quiet">and {services.length - 4} more</li>}
    </ul>
  );
}

/** The tag of an image, or what tells a revision from others of its app. */
function shortVersion(service: string, image: string | undefined, revision: string | undefined): string {
  const tag = image?.split('/').at(-1)?.split('@')[0]?.split(':')[1];
  return tag ?? revision?.split('--').at(-1) ?? service;
}

/** An estimate, and says so. */
export function Money({ of: cost }: { readonly of: Answers['Overview']['environments'][number]['monthlyCost'] }) {
  if (!cost) return <span class="quiet">not known</span>;
  return (
    <>
      {amount(cost.sum, cost.currency)} <span class="quiet">a month, estimated</span>
    </>
  );
}

export function amount(sum: string, currency: string): string {
  const value = Number(sum);
  return Number.isFinite(value) ? value.toLocaleString('en', { style: 'currency', currency }) : `${sum} ${currency}`;
}

export function Locked({ of: { lock, queue }, now }: { readonly of: Environment; readonly now: number }) {
  const waiting = queue.length > 0 ? `, ${queue.length} waiting` : '';
  if (!lock) return <span class="quiet">free{waiting}</span>;
  return (
    <>
      <a href={runAddress(lock.runId)}>held since {ago(lock.acquiredAt, now)}</a>
      {waiting}
    </>
  );
}

const CHECK_ENDS = {
  clean: 'none',
  failed: 'failed',
  cancelled: 'cancelled',
  unsettled: 'a deployment did not come to its end',
} as const;

/** What the app found by itself; nothing where it does not look. */
export function ScheduledCheck({ of: { driftCheck: check } }: { readonly of: Environment }) {
  if (!check?.last) return null;
  const { last, differing, repairRunId, notRepaired } = check;
  const drifted = differing === 0 ? 'drift, before the last deployment' : `${differing} fields differ`;
  return (
    <div class="quiet">
      {/* By the schedule, whatever a person has found since. */}
      <a href={runAddress(last.runId)}>checked</a> <time dateTime={last.at}>{ago(last.at, Date.now())}</time>:{' '}
      {last.outcome === 'drift' ? drifted : CHECK_ENDS[last.outcome]}
      {repairRunId !== null && (
        <>
          , <a href={runAddress(repairRunId)}>repaired</a>
        </>
      )}
      {notRepaired !== null && <>, not repaired: {shown(notRepaired, 200)}</>}
    </div>
  );
}
