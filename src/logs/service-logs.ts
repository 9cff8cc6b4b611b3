import { AzureError } from '../azure/errors.ts';
import type { ArmResource, Azure } from '../azure/ports.ts';
import { nameOf } from '../domain/ids.ts';
import { CONTAINER_APP } from '../resources/container-app.ts';
import { ERROR_CODES } from '../shared/error-codes.ts';
import { UserError } from '../shared/errors.ts';
import { jsonAt, scalarText } from '../shared/json.ts';
import { type FollowOptions, follow, isPassingOfStream } from './follow.ts';
import { keptLines } from './kept-logs.ts';
import { MOST_KEPT } from './kept-query.ts';
import { consoleSources, type LiveSource, lastLines, MOST_TAIL, systemSources } from './live-sources.ts';
import { comparableTime, inOrder, type LogLine } from './log-line.ts';
import { createSeenLines, type SeenLines } from './seen-lines.ts';

export interface LogRequest {
  /** Of the service's container app. */
  readonly appId: string;
  /** One revision alone; undefined: those that are active, and of what is kept all. */
  readonly revision: string | undefined;
  /** Lines of so long ago and later; undefined: as many as `tail` says. */
  readonly sinceInSeconds: number | undefined;
  /** How many; undefined: 100, or with `sinceInSeconds` as many as there are. */
  readonly tail: number | undefined;
  readonly follow: boolean;
  /** What the platform says of the app, instead of what its containers write. */
  readonly system: boolean;
}

type Way = Pick<FollowOptions, 'signal' | 'sleep'> & {
  readonly now: () => Date;
  /** Shows a sentence to the person at the terminal. */
  readonly tell: (line: string) => void;
  /** Meets the app as it is at each look, before anything more of it is shown. */
  readonly meet: (app: ArmResource) => Promise<void>;
};

const DEFAULT_TAIL = 100;
/** How far back is looked where nobody says it. */
const WEEK_IN_SECONDS = 7 * 24 * 3600;

/**
 * The log of a service: what its workspace keeps where that is asked for or no replica runs, and what its replicas write now; each line
 * once, the oldest first.
 *
 * @throws UserError `service_gone`, `logs_not_kept`, `logs_without_streams`
 * @throws AzureError
 */
export async function* serviceLogs(azure: Azure, request: LogRequest, way: Way): AsyncGenerator<LogLine> {
  if (request.follow && !hasStreams(azure)) throw withoutStreams('Nobody can be followed');
  const app = await appOf(azure, request);
  await way.meet(app);
  const look = sourcesOf(azure, request, way);
  const seen = createSeenLines();
  const sources = await look();
  const past = await pastLines(azure, app, request, way, sources);
  for (const line of past) seen.noteKept(line);
  const isRecent = since(request, way);
  const first = await firstLook(past, sources, request, { seen, isRecent });
  if (first.length === 0 && !request.follow) way.tell('Nothing was written in that time.');
  yield* first;
  if (!request.follow) return;
  for await (const line of follow(look, { ...followOptions(request.appId, way), seen })) if (isRecent(line)) yield line;
}

/** @throws UserError `service_gone` */
async function appOf({ arm }: Azure, { appId }: LogRequest): Promise<ArmResource> {
  const app = await arm.get(appId, CONTAINER_APP.apiVersion);
  if (app) return app;
  throw new UserError(`The container app ${nameOf(appId)} is not there any more.`, {
    code: 'service_gone',
    hint: 'Look at what is there with: draftgenie-deploy status',
  });
}

/** In some clouds nobody documents where streams are; then no replica can be asked. */
function hasStreams({ cloud }: Azure): boolean {
  return cloud.logStreamSuffix !== undefined;
}

function withoutStreams(consequence: string): UserError {
  const message = `${consequence}: this cloud documents no log streams, so that only what a workspace keeps can be read.`;
  return new UserError(message, { code: 'logs_without_streams', hint: ERROR_CODES.logs_without_streams.next });
}

/** Who is there; each look is for an app that is there as well. */
function sourcesOf(azure: Azure, request: LogRequest, { meet }: Way): () => Promise<readonly LiveSource[]> {
  const { appId, revision, system } = request;
  if (!hasStreams(azure)) return async () => [];
  return async () => {
    const app = await appOf(azure, request);
    await meet(app);
    return system ? systemSources(azure, app, revision) : await consoleSources(azure, appId, revision);
  };
}

/** What is kept, where it is asked for, or nothing else is there. */
async function pastLines(
  azure: Azure,
  app: ArmResource,
  { revision, sinceInSeconds, tail, follow: follows, system }: LogRequest,
  { tell }: Way,
  sources: readonly LiveSource[],
): Promise<readonly LogLine[]> {
  const isNobodyThere = sources.length === 0;
  if (sinceInSeconds === undefined && !isNobodyThere) return [];
  const limit = tail ?? (sinceInSeconds === undefined ? DEFAULT_TAIL : MOST_KEPT);
  const environmentId = scalarText(
    jsonAt(app, 'properties.environmentId'),
    scalarText(jsonAt(app, 'properties.managedEnvironmentId')),
  );
  const asked = keptLines(azure, environmentId, {
    source: system ? 'system' : 'console',
    app: nameOf(app.id),
    revision,
    sinceInSeconds: sinceInSeconds ?? WEEK_IN_SECONDS,
    limit,
  });
  // Nobody asked for it: what comes is told all the same.
  const kept = await (follows && sinceInSeconds === undefined ? asked.catch(unread(tell)) : asked);
  if (kept !== undefined) {
    if (kept.length === MOST_KEPT) tell(`Only the last ${MOST_KEPT} lines are shown; ask for a shorter time.`);
    return kept;
  }
  if (!isNobodyThere) tell('No workspace keeps the logs: only what replicas that run still have is shown.');
  else if (!hasStreams(azure)) throw withoutStreams('No workspace keeps the logs of the environment');
  else if (!follows) {
    throw new UserError('No replica runs, and no workspace keeps the logs of the environment.', {
      code: 'logs_not_kept',
      hint: 'Add `monitoring` to the configuration and deploy, so that logs are kept; or wait for a replica with --follow.',
    });
  }
  return [];
}

function unread(tell: Way['tell']): (error: unknown) => [] {
  return (error) => {
    if (!(error instanceof AzureError)) throw error;
    tell(`⚠ What the workspace keeps cannot be read: ${error.message}`);
    return [];
  };
}

/** What is kept and what replicas still have in one order, as much of it as was asked for. Who follows passes over what streams repeat. */
async function firstLook(
  past: readonly LogLine[],
  sources: readonly LiveSource[],
  { sinceInSeconds, tail, follow: follows }: LogRequest,
  { seen, isRecent }: { readonly seen: SeenLines; isRecent(line: LogLine): boolean },
): Promise<readonly LogLine[]> {
  const most = tail ?? (sinceInSeconds === undefined ? DEFAULT_TAIL : MOST_KEPT);
  const isNew = seen.connection();
  // For who follows, too: of lines of one time those that are not known would be taken for new ones.
  const isAllWanted = follows || sinceInSeconds !== undefined;
  const live = await lastLines(sources, isAllWanted ? MOST_TAIL : most, follows ? isPassingOfStream : undefined);
  return inOrder([...past, ...live.filter((line) => isRecent(line) && isNew(line))]).slice(-most);
}

/** Whether a line is not older than was asked for, by the clock of this machine. */
function since({ sinceInSeconds }: LogRequest, { now }: Way): (line: LogLine) => boolean {
  if (sinceInSeconds === undefined) return () => true;
  const from = comparableTime(new Date(now().getTime() - sinceInSeconds * 1000).toISOString());
  return ({ time }) => comparableTime(time) >= from;
}

function followOptions(appId: string, { signal, sleep, tell }: Way): Omit<FollowOptions, 'seen'> {
  const texts = {
    nobody: `No replica of ${nameOf(appId)} runs; waiting for one.`,
    lost: '⚠ Azure does not answer; trying again.',
    back: 'Azure answers again.',
    gap: `⚠ Lines may be missing: a connection ended, and Azure has only the last ${MOST_TAIL} of a container. --since asks the workspace for all.`,
  };
  return { signal, sleep, notice: (what) => tell(texts[what]) };
}
