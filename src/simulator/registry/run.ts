import type { JsonObject } from '../../shared/json.ts';
import type { ImageBehaviour } from './image.ts';
import type { BuildVerdict } from './image-build.ts';

export interface ImageName {
  readonly repository: string;
  readonly tag: string;
}

/** A quick build as it is stored: its outcome is known from the start and comes out as time goes by. */
export interface RunRecord {
  readonly runId: string;
  /** ISO 8601, as all times here. */
  readonly createdAt: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly outcome: 'Succeeded' | 'Failed' | 'Canceled';
  readonly errorMessage?: string;
  readonly images: readonly ImageName[];
  readonly digest?: string;
  readonly behaviour?: ImageBehaviour;
  readonly platform: { readonly os: string; readonly architecture: string };
  readonly cpu: number;
  readonly log: readonly string[];
  /** The log's blob comes some seconds after the start (recorded: 404 BlobNotFound before). */
  readonly logAt: string;
}

/** Every answer of Azure's to a run that is over. */
export function isOver(run: RunRecord, now: number): boolean {
  return now >= Date.parse(run.endsAt);
}

export function runStatus(run: RunRecord, now: number): string {
  if (isOver(run, now)) return run.outcome;
  return now >= Date.parse(run.startsAt) ? 'Running' : 'Queued';
}

/** The answer to scheduleRun: Queued at once, as recorded (`acr.scheduleRun`). */
export function queuedRunBody(run: RunRecord, registryId: string): JsonObject {
  return envelope(run, registryId, run.createdAt, {
    runId: run.runId,
    status: 'Queued',
    lastUpdatedTime: stamp(run.createdAt),
    provisioningState: 'Succeeded',
    isArchiveEnabled: false,
  });
}

/** `GET …/runs/{runId}`, as recorded (`acr.run.get`). `registry` is the login server. */
export function runBody(run: RunRecord, registryId: string, registry: string, now: number): JsonObject {
  const status = runStatus(run, now);
  const over = isOver(run, now);
  const updated = over ? run.endsAt : status === 'Running' ? run.startsAt : run.createdAt;
  return envelope(run, registryId, updated, {
    runId: run.runId,
    status,
    lastUpdatedTime: stamp(updated),
    runType: 'QuickRun',
    createTime: stamp(run.createdAt),
    ...(status === 'Queued' ? {} : { startTime: stamp(run.startsAt) }),
    ...(over ? { finishTime: stamp(run.endsAt) } : {}),
    ...(over && run.digest && run.images.length > 0
      ? {
          outputImages: run.images.map(({ repository, tag }) => ({
            registry,
            repository,
            tag,
            digest: run.digest ?? '',
          })),
        }
      : {}),
    ...(over && run.errorMessage ? { runErrorMessage: run.errorMessage } : {}),
    platform: { ...run.platform },
    agentConfiguration: { cpu: run.cpu },
    provisioningState: over && run.outcome !== 'Succeeded' ? run.outcome : 'Succeeded',
    isArchiveEnabled: false,
  });
}

/** What the log's blob holds by now; undefined while there is none. The build writes evenly over its time. */
export function runLog(run: RunRecord, now: number): { readonly text: string; readonly complete: boolean } | undefined {
  const complete = isOver(run, now);
  if (!complete && now < Date.parse(run.logAt)) return undefined;
  const start = Date.parse(run.startsAt);
  const share = complete ? 1 : (now - start) / (Date.parse(run.endsAt) - start);
  const lines = run.log.slice(0, Math.floor(run.log.length * share));
  return { text: lines.map((line) => `${line}\n`).join(''), complete };
}

/** The log of ACR Tasks around what its docker daemon printed. */
export function buildLog({
  runId,
  loginServer,
  pushed,
  verdict,
  createdAt,
  isScanned,
  volumes,
}: {
  readonly runId: string;
  readonly loginServer: string;
  readonly pushed: readonly ImageName[];
  readonly verdict: BuildVerdict;
  readonly createdAt: string;
  readonly isScanned: boolean;
  readonly volumes: readonly string[];
}): readonly string[] {
  const time = createdAt.slice(0, 19).replaceAll('-', '/').replace('T', ' ');
  const task = (message: string) => `${time} ${message}`;
  const before = [
    task('Downloading source code...'),
    task('Finished downloading source code'),
    task('Setting up Docker configuration...'),
    task('Successfully set up Docker configuration'),
    task(`Logging in to registry: ${loginServer}`),
    task(`Successfully logged into ${loginServer}`),
    ...volumes.map((volume) => task(`Volume source ${volume} successfully created`)),
    task("Executing step ID: build. Timeout(sec): 28800, Working directory: '', Network: ''"),
    ...(isScanned ? [task('Scanning for dependencies...'), task('Successfully scanned dependencies')] : []),
    task('Launching container with name: build'),
  ];
  if (verdict.result.kind === 'failed') {
    return [
      ...before,
      ...verdict.output,
      task('Container failed during run: build. No retries remaining.'),
      `failed to run step ID: build: exit status ${verdict.result.exitCode}`,
      '',
      `Run ID: ${runId} failed. Error: ${failureMessage(verdict.result.exitCode)}`,
    ];
  }
  const { digest } = verdict.result;
  return [
    ...before,
    ...verdict.output,
    ...pushed.map(({ repository, tag }) => `Successfully tagged ${loginServer}/${repository}:${tag}`),
    task('Successfully executed container: build'),
    ...pushed.flatMap(({ repository, tag }) => [
      task(`Pushing image: ${loginServer}/${repository}:${tag}, attempt 1`),
      `The push refers to repository [${loginServer}/${repository}]`,
      `${tag}: digest: ${digest} size: 1570`,
      task(`Successfully pushed image: ${loginServer}/${repository}:${tag}`),
    ]),
    '',
    `Run ID: ${runId} was successful`,
  ];
}

export function failureMessage(exitCode: number): string {
  return `failed during run, err: exit status ${exitCode}`;
}

function envelope(run: RunRecord, registryId: string, updated: string, properties: JsonObject): JsonObject {
  return {
    type: 'Microsoft.ContainerRegistry/registries/runs',
    properties,
    id: `${registryId}/runs/${run.runId}`,
    name: run.runId,
    systemData: { lastModifiedBy: 'deployer', lastModifiedByType: 'Application', lastModifiedAt: stamp(updated) },
  };
}

/** Times of this service end in `+00:00`. */
function stamp(time: string): string {
  return time.replace(/Z$/, '+00:00');
}
