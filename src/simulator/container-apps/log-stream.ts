import { createHash } from 'node:crypto';
import type { JsonObject } from '../../shared/json.ts';

/** What a log stream address points to; ids of app and job as ARM has them. */
export interface LogSource {
  readonly kind: 'containerApps' | 'jobs';
  readonly id: string;
  /** Revision of an app, execution of a job; absent: the events of all of it. */
  readonly part?: string;
  readonly container: string;
}

/**
 * Reads the path of a `logStreamEndpoint` on `<region>.azurecontainerapps.dev`:
 * `/subscriptions/{s}/resourceGroups/{g}/containerApps/{app}/revisions/{r}/replicas/{n}/containers/{c}/logstream`, or
 * `…/jobs/{job}/executions/{e}/replicas/…`, as the `containerapp` CLI extension asks for it; for the events of an app or a job
 * its `eventStreamEndpoint`.
 */
export function logSource(path: string): LogSource | undefined {
  const [, place, ofWhat = '', name] =
    /^(\/subscriptions\/[^/]+\/resourceGroups\/[^/]+)\/(containerApps|jobs)\/([^/]+)\/eventstream$/i.exec(path) ?? [];
  if (name !== undefined) {
    const kind = kindOf(ofWhat);
    return { kind, id: `${place}/providers/Microsoft.App/${kind}/${name}`, container: '' };
  }
  const match =
    /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/(containerApps|jobs)\/([^/]+)\/(revisions|executions)\/([^/]+)\/replicas\/[^/]+\/containers\/([^/]+)\/logstream$/i.exec(
      path,
    );
  if (!match) return undefined;
  const [, subscription, group, kindAsWritten = '', workload, parts = '', part = '', container = ''] = match;
  const kind = kindOf(kindAsWritten);
  if ((parts.toLowerCase() === 'executions') !== (kind === 'jobs')) return undefined;
  return {
    kind,
    id: `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.App/${kind}/${workload}`,
    part,
    container,
  };
}

function kindOf(written: string): LogSource['kind'] {
  return written.toLowerCase() === 'jobs' ? 'jobs' : 'containerApps';
}

/** The answer of `getAuthToken`: an opaque token for the logs of one app or job. `secret` is the simulator's own. */
export function logToken(resourceId: string, secret: string): string {
  return createHash('sha256').update(`${secret}|${resourceId.toLowerCase()}|logs`).digest('base64url');
}

/** The system log of an app or a job: one JSON object a line, whatever is asked for; `tailLines` limits it. */
export function eventStreamBody(events: readonly JsonObject[], query: URLSearchParams, now: number): string {
  const connected = {
    TimeStamp: new Date(now).toISOString(),
    Type: 'Normal',
    ContainerAppName: null,
    RevisionName: null,
    ReplicaName: null,
    Msg: 'Successfully connected to events server',
    Reason: 'ConnectedToEventsServer',
    EventSource: 'ContainerAppController',
    Count: 1,
  };
  return [connected, ...tailOf(events, query)].map((event) => `${JSON.stringify(event)}\n`).join('');
}

/** The body of a stream: `output=json` gives objects, else text; `tailLines` limits it. Lines begin with their time. */
export function logStreamBody(
  lines: readonly string[],
  container: string,
  query: URLSearchParams,
  now: number,
): string {
  const at = new Date(now).toISOString();
  const all = [
    `${at} Connecting to the container '${container}'...`,
    `${at} Successfully Connected to container: '${container}'`,
    ...tailOf(lines, query),
  ];
  return all
    .map((line) => {
      const space = line.indexOf(' ');
      const [time, text] = [line.slice(0, space), line.slice(space + 1)];
      return query.get('output') === 'json' ? JSON.stringify({ TimeStamp: time, Log: text }) : `${time}  ${text}`;
    })
    .map((line) => `${line}\n`)
    .join('');
}

/** `tailLines`: 0 to 300, by default 20. */
function tailOf<T>(lines: readonly T[], query: URLSearchParams): readonly T[] {
  const tail = Math.max(0, Math.min(300, Number(query.get('tailLines') ?? 20)));
  return tail === 0 ? [] : lines.slice(-tail);
}
