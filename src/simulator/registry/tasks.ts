import { createHash, randomUUID } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../../shared/json.ts';
import type { Refusal } from '../refusal.ts';
import type { RegistryContent } from './content.ts';
import { gitArchive, gitSource } from './git-source.ts';
import { judgeRequest } from './judge-request.ts';
import { buildLog, failureMessage, isOver, type RunRecord, runBody, runStatus } from './run.ts';

/** A node image of one small Dockerfile took 70 s on Azure (recorded). */
const BUILD_SECONDS = 70;
const QUEUE_SECONDS = 0.25;
const LOG_SECONDS = 5;

/** Where and under which path the source of a build is uploaded: the path is the caller's correlation id (recorded). */
export function sourcePath(correlationId: string | undefined, now: number): string {
  const day = new Date(now).toISOString().slice(0, 10).replaceAll('-', '');
  return `tasks-source/${day}0000/${correlationId ?? randomUUID()}.tar.gz`;
}

/** Each registry has its own container in a storage account of the service. */
export function blobContainer(registryId: string): string {
  return `container-${createHash('sha256').update(registryId.toLowerCase()).digest('hex').slice(0, 32)}`;
}

export interface QuickBuild {
  readonly registryId: string;
  readonly content: RegistryContent;
  readonly request: JsonObject;
  /** The uploaded archive at a source location, undefined when nothing was uploaded there. */
  source(location: string): Uint8Array | undefined;
  /** Git address → folder of the repository on this machine that stands for it. */
  readonly gitRepositories: Readonly<Record<string, string>>;
  /** Milliseconds since 1970, and how many of them a time on Azure takes here. */
  readonly now: number;
  duration(seconds: number): number;
  /** True when this build was told to fail, whatever its source says. */
  failsOnRequest(repository: string): boolean;
}

/** scheduleRun: judges the whole build at once and stores when which part of it comes out. */
export async function scheduleRun(build: QuickBuild): Promise<{ run: RunRecord } | { refused: Refusal }> {
  const { content, request, now } = build;
  const location = typeof request.sourceLocation === 'string' ? request.sourceLocation : '';
  const git = gitSource(location);
  const source = git ? () => gitArchive(git, build.gitRepositories) : uploaded(build, location);
  if (!source) {
    return refused(
      'InvalidSourceLocation',
      `The source location '${location}' was not found. Please make sure the source has been uploaded.`,
    );
  }
  const platform = isJsonObject(request.platform) ? request.platform : {};
  const os = typeof platform.os === 'string' ? platform.os : 'Linux';
  const architecture = typeof platform.architecture === 'string' ? platform.architecture : 'amd64';
  const runId = `ch${content.runs.length + 1}`;
  const work = {
    request,
    source,
    runId,
    loginServer: content.loginServer,
    platform: `${os.toLowerCase()}/${architecture}`,
  };
  const judged = await judgeRequest({ ...work, failsOnRequest: build.failsOnRequest });
  if ('refused' in judged) return judged;
  const { verdict, images, pushed } = judged;
  const createdAt = new Date(now).toISOString();
  const startsAt = now + build.duration(QUEUE_SECONDS);
  const agent = isJsonObject(request.agentConfiguration) ? request.agentConfiguration : {};
  const { result } = verdict;
  const run: RunRecord = {
    runId,
    createdAt,
    startsAt: new Date(startsAt).toISOString(),
    endsAt: new Date(startsAt + build.duration(BUILD_SECONDS)).toISOString(),
    outcome: result.kind === 'built' ? 'Succeeded' : 'Failed',
    ...(result.kind === 'built'
      ? { digest: result.digest, behaviour: result.behaviour }
      : { errorMessage: failureMessage(result.exitCode) }),
    images,
    platform: { os, architecture },
    cpu: typeof agent.cpu === 'number' ? agent.cpu : 2,
    log: buildLog({ ...judged, runId, loginServer: content.loginServer, createdAt }),
    logAt: new Date(startsAt + build.duration(LOG_SECONDS)).toISOString(),
  };
  content.runs.push(run);
  if (result.kind === 'built') {
    for (const { repository, tag } of pushed) {
      content.pushes.push({
        repository,
        tag,
        digest: result.digest,
        behaviour: result.behaviour,
        pushedAt: run.endsAt,
      });
    }
  }
  return { run };
}

function uploaded({ source }: QuickBuild, location: string): (() => Promise<Uint8Array>) | undefined {
  const archive = source(location);
  return archive && (() => Promise.resolve(archive));
}

/** Newest first. `$filter` understands `runId eq 'x'` and `status eq 'x'`, joined by `and`; `$top` limits. */
export function listRuns(
  content: RegistryContent,
  registryId: string,
  query: URLSearchParams,
  now: number,
): JsonObject[] {
  const conditions = [...(query.get('$filter') ?? '').matchAll(/(\w+)\s+eq\s+'([^']*)'/gi)];
  const top = Number(query.get('$top') ?? 100);
  return content.runs
    .filter((run) =>
      conditions.every(([, field = '', value = '']) => {
        if (field.toLowerCase() === 'runid') return run.runId === value;
        return field.toLowerCase() === 'status' ? runStatus(run, now).toLowerCase() === value.toLowerCase() : true;
      }),
    )
    .toReversed()
    .slice(0, top)
    .map((run) => runBody(run, registryId, content.loginServer, now));
}

/** Cancels a run that is not over, and with it what it would have pushed. False: no such run. */
export function cancelRun(content: RegistryContent, runId: string, now: number): boolean {
  const index = content.runs.findIndex((run) => run.runId === runId);
  const run = content.runs[index];
  if (!run) return false;
  if (isOver(run, now)) return true;
  const { digest: _, behaviour: __, ...rest } = run;
  content.runs[index] = { ...rest, outcome: 'Canceled', endsAt: new Date(now).toISOString() };
  content.pushes = content.pushes.filter(({ digest, pushedAt }) => digest !== run.digest || pushedAt !== run.endsAt);
  return true;
}

function refused(code: string, message: string): { refused: Refusal } {
  return { refused: { status: 400, code, message } };
}
