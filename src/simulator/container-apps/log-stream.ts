import { createHash } from 'node:crypto';

/** What a log stream address points to; ids of app and job as ARM has them. */
export interface LogSource {
  readonly kind: 'containerApps' | 'jobs';
  readonly id: string;
  /** Revision of an app, execution of a job. */
  readonly part: string;
  readonly container: string;
}

/**
 * Reads the path of a `logStreamEndpoint` on `<region>.azurecontainerapps.dev`:
 * `/subscriptions/{s}/resourceGroups/{g}/containerApps/{app}/revisions/{r}/replicas/{n}/containers/{c}/logstream`, or
 * `…/jobs/{job}/executions/{e}/replicas/…`, as the `containerapp` CLI extension asks for it.
 */
export function logSource(path: string): LogSource | undefined {
  const match =
    /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/(containerApps|jobs)\/([^/]+)\/(revisions|executions)\/([^/]+)\/replicas\/[^/]+\/containers\/([^/]+)\/logstream$/i.exec(
      path,
    );
  if (!match) return undefined;
  const [, subscription, group, kindAsWritten = '', name, parts = '', part = '', container = ''] = match;
  const kind = kindAsWritten.toLowerCase() === 'jobs' ? 'jobs' : 'containerApps';
  if ((parts.toLowerCase() === 'executions') !== (kind === 'jobs')) return undefined;
  return {
    kind,
    id: `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.App/${kind}/${name}`,
    part,
    container,
  };
}

/** The answer of `getAuthToken`: an opaque token for the logs of one app or job. `secret` is the simulator's own. */
export function logToken(resourceId: string, secret: string): string {
  return createHash('sha256').update(`${secret}|${resourceId.toLowerCase()}|logs`).digest('base64url');
}

/** The body of a stream: `output=json` gives objects, else text; `tailLines` limits it. Lines begin with their time. */
export function logStreamBody(
  lines: readonly string[],
  container: string,
  query: URLSearchParams,
  now: number,
): string {
  const tail = Number(query.get('tailLines') ?? 20);
  const at = new Date(now).toISOString();
  const all = [
    `${at} Connecting to the container '${container}'...`,
    `${at} Successfully Connected to container: '${container}'`,
    ...lines.slice(-Math.max(0, Math.min(300, tail))),
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
