import { createHmac } from 'node:crypto';
import type { LogLine } from './log-line.ts';

/** What a log stream address points to; ids of app and job as ARM has them. */
export interface LogSource {
  readonly kind: 'containerApps' | 'jobs';
  readonly id: string;
  /** Absent: the events of all of the app or job. */
  readonly console?: {
    /** Revision of an app, execution of a job. */
    readonly part: string;
    readonly replica: string;
    readonly container: string;
  };
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
    return { kind, id: `${place}/providers/Microsoft.App/${kind}/${name}` };
  }
  const match =
    /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/(containerApps|jobs)\/([^/]+)\/(revisions|executions)\/([^/]+)\/replicas\/([^/]+)\/containers\/([^/]+)\/logstream$/i.exec(
      path,
    );
  if (!match) return undefined;
  const [, subscription, group, kindAsWritten = '', workload, parts = '', part = '', replica = '', container = ''] =
    match;
  const kind = kindOf(kindAsWritten);
  if ((parts.toLowerCase() === 'executions') !== (kind === 'jobs')) return undefined;
  return {
    kind,
    id: `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.App/${kind}/${workload}`,
    console: { part, replica, container },
  };
}

function kindOf(written: string): LogSource['kind'] {
  return written.toLowerCase() === 'jobs' ? 'jobs' : 'containerApps';
}

/** How long a token for logs is good. */
const TOKEN_LIFETIME_IN_MS = 3_600_000;

/** The answer of `getAuthToken`: a token for the logs of one app or job. `secret` is the simulator's own. */
export function logToken(
  resourceId: string,
  secret: string,
  now: number,
): { readonly token: string; readonly expires: string } {
  const expires = now + TOKEN_LIFETIME_IN_MS;
  return { token: `${expires}.${signature(resourceId, secret, expires)}`, expires: new Date(expires).toISOString() };
}

/** Whether a token is one for the logs of this app or job, and its time is not over. */
export function isLogToken(token: string | undefined, resourceId: string, secret: string, now: number): boolean {
  const [expires = '', mac] = (token ?? '').split('.');
  return mac === signature(resourceId, secret, Number(expires)) && Number(expires) > now;
}

function signature(resourceId: string, secret: string, expires: number): string {
  return createHmac('sha256', secret).update(`${resourceId.toLowerCase()}|logs|${expires}`).digest('base64url');
}

/** The greeting of an event stream: one JSON object a line, whatever is asked for. */
export function eventGreeting(now: number): string {
  return jsonLine({
    TimeStamp: goTime(new Date(now).toISOString()),
    Type: 'Normal',
    ContainerAppName: null,
    RevisionName: null,
    ReplicaName: null,
    Msg: 'Successfully connected to events server',
    Reason: 'ConnectedToEventsServer',
    EventSource: 'ContainerAppController',
    Count: 1,
  });
}

/** Members and their forms as in https://learn.microsoft.com/azure/container-apps/tutorial-scaling. */
export function eventText({ id, kind }: LogSource, { at, part, replica, text, event }: LogLine): string {
  const name = id.slice(id.lastIndexOf('/') + 1);
  return jsonLine({
    TimeStamp: goTime(at),
    Type: event?.type ?? 'Normal',
    ...(kind === 'jobs' ? { JobName: name, ExecutionName: part } : { ContainerAppName: name, RevisionName: part }),
    ReplicaName: replica,
    Msg: text,
    Reason: event?.reason ?? '',
    EventSource: 'ContainerAppController',
    Count: event?.count ?? 1,
  });
}

/** As Go writes a moment, and the platform with it: `2023-08-01 18:09:52 +0000 UTC`. */
function goTime(at: string): string {
  return `${at.slice(0, 19).replace('T', ' ')} +0000 UTC`;
}

/** The two lines with which a stream of a console begins; their times have no zone. */
export function consoleGreeting(
  { part, replica, container }: NonNullable<LogSource['console']>,
  query: URLSearchParams,
  now: number,
): string {
  const at = new Date(now).toISOString().slice(0, -1);
  return [
    `Connecting to the container '${container}'...`,
    `Successfully Connected to container: '${container}' [Revision: '${part}', Replica: '${replica}']`,
  ]
    .map((text) => streamed(at, text, query, '  '))
    .join('');
}

/** What containerd takes for one line; longer ones are parts: https://github.com/containerd/containerd/blob/main/docs/cri/config.md */
const LONGEST_PART_IN_BYTES = 16 * 1024;

/**
 * A line of a console as it is streamed: `output=json` gives objects, else text. Those of apps have the marks of the container runtime
 * before them, the stream and whether it is all of a line or a part: https://github.com/cvat-ai/cvat and others show
 * `2025-12-30T01:59:23.2582321Z stderr F …`; those of jobs have none.
 */
export function consoleText({ kind }: LogSource, { at, text, stream }: LogLine, query: URLSearchParams): string {
  if (kind === 'jobs') return streamed(at, text, query);
  const parts = partsOf(text);
  return parts
    .map((part, index) => {
      const mark = index < parts.length - 1 ? 'P' : 'F';
      return streamed(at, `${stream ?? 'stdout'} ${mark} ${part}`, query);
    })
    .join('');
}

function partsOf(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  if (bytes.length <= LONGEST_PART_IN_BYTES) return [text];
  // A character that is cut in two is one no more, as there.
  return Array.from({ length: Math.ceil(bytes.length / LONGEST_PART_IN_BYTES) }, (_, index) =>
    bytes.subarray(index * LONGEST_PART_IN_BYTES, (index + 1) * LONGEST_PART_IN_BYTES).toString('utf8'),
  );
}

function streamed(at: string, text: string, query: URLSearchParams, gap = ' '): string {
  return query.get('output') === 'json' ? jsonLine({ TimeStamp: at, Log: text }) : `${at}${gap}${text}\n`;
}

/**
 * JSON as the platform writes it, which escapes more than it must: Microsoft's client puts four of the characters back
 * (https://github.com/Azure/azure-cli/blob/dev/src/azure-cli/azure/cli/command_modules/containerapp/custom.py).
 */
function jsonLine(value: object): string {
  const text = JSON.stringify(value).replace(/\\(.)/g, (all, one: string) => (one === '"' ? '\\u0022' : all));
  const escaped = text.replace(/['+<>&`]|[^\0-\x7e]/g, (one) => `\\u${hexOf(one)}`);
  return `${escaped}\n`;
}

function hexOf(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
}

/** `tailLines`: 0 to 300, by default 20. */
export function tailOf<T>(lines: readonly T[], query: URLSearchParams): readonly T[] {
  const tail = Math.max(0, Math.min(300, Number(query.get('tailLines') ?? 20)));
  return tail === 0 ? [] : lines.slice(-tail);
}
