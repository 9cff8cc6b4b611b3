import { executionReplica } from '../container-apps/execution.ts';
import {
  consoleGreeting,
  consoleText,
  eventGreeting,
  eventText,
  isLogToken,
  type LogSource,
  logSource,
  tailOf,
} from '../container-apps/logs/log-stream.ts';
import { runningReplicas } from '../container-apps/revision-view.ts';
import { bearerOf, type HttpReply, type HttpRequest } from '../http.ts';
import type { StoredResource } from '../store.ts';
import { revisionsOf } from '../types/container-app.ts';
import { jobState } from '../types/container-app-job.ts';
import type { World } from '../world.ts';
import type { SentLine } from './sent-line.ts';
import { logOf } from './workload-log.ts';

const TEXT = { 'content-type': 'text/plain; charset=utf-8' };
/** How often a stream that is followed looks for more. */
const LOOK_EVERY_MS = 100;

/** `<region>.azurecontainerapps.dev`: consoles of replicas, events of apps and jobs; with `follow=true` for as long as there is something to follow. */
export function answerLogStream(world: World, request: HttpRequest): HttpReply {
  const source = logSource(request.path);
  const resource = source && world.resource(source.id);
  if (!source || !resource) return { status: 404, headers: TEXT, body: 'not found' };
  if (!isLogToken(bearerOf(request), resource.id, world.state.signingKey, world.now()))
    return { status: 401, headers: TEXT, body: 'unauthorized' };
  if (!isThere(world, source)) return { status: 404, headers: TEXT, body: 'not found' };
  const { query } = request;
  const lines = linesOf(world, source);
  const greeting = source.console ? consoleGreeting(source.console, query, world.now()) : eventGreeting(world.now());
  const body =
    greeting +
    tailOf(lines, query)
      .map((line) => textOf(source, line, query))
      .join('');
  const isFollowed = query.get('follow')?.toLowerCase() === 'true';
  return {
    status: 200,
    headers: TEXT,
    body,
    ...(isFollowed && { follow: follower(world, source, query, lines.length) }),
  };
}

/** Sends what comes after the first lines, and ends with the replica. */
function follower(world: World, source: LogSource, query: URLSearchParams, first: number): HttpReply['follow'] {
  return (write, end) => {
    let seen = first;
    const timer = setInterval(() => {
      const lines = linesOf(world, source);
      for (const line of lines.slice(seen)) write(textOf(source, line, query));
      seen = lines.length;
      if (!isThere(world, source)) end();
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  };
}

function textOf(source: LogSource, line: SentLine, query: URLSearchParams): string {
  return source.console ? consoleText(source, line, query) : eventText(source, line);
}

function linesOf(world: World, source: LogSource): readonly SentLine[] {
  const resource = world.resource(source.id);
  if (!resource) return [];
  const { console } = source;
  return logOf(world, resource).filter(
    (line) =>
      line.kind === (console ? 'console' : 'system') &&
      (!console ||
        (line.part === console.part && line.replica === console.replica && line.container === console.container)),
  );
}

function isThere(world: World, { id, console }: LogSource): boolean {
  const resource = world.resource(id);
  return (
    resource !== undefined &&
    (console === undefined || replicasOf(world, resource, console.part).includes(console.replica))
  );
}

/** The replicas whose console can be read. */
function replicasOf(world: World, resource: StoredResource, part: string): readonly string[] {
  if (resource.type === 'Microsoft.App/jobs')
    return jobState(resource).executions.flatMap((one) => (one.name === part ? [executionReplica(one)] : []));
  const set = revisionsOf(resource, world);
  return set.records.flatMap((one) => (one.name === part ? runningReplicas(set, one) : []));
}
