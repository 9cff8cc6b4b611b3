import { z } from 'zod';
import { AzureError } from '../azure/errors.ts';
import type { BuildRun, ImageRegistry } from '../azure/ports.ts';
import { imageUsers } from '../domain/config/workloads.ts';
import { operationKind } from '../domain/durations/durations.ts';
import { timeOfRun } from '../domain/runs/run-id.ts';
import { defineRecords } from '../engine/record.ts';
import type { StepContext } from '../engine/step.ts';
import { type NotReady, notReady, untilReady } from '../engine/waiting/until-ready.ts';
import { isWaiting, type Waiting } from '../engine/waiting/waiting.ts';
import { UserError } from '../shared/errors.ts';
import type { BuildKind } from '../source/ports.ts';
import { BUILD_TIMEOUT_IN_SECONDS, type BuildOutcome, buildFailure } from './build-failure.ts';

/** The registry ends a build by itself; before it begins, it may wait for others as long again. */
const ENDS_WITHIN_IN_SECONDS = 2 * BUILD_TIMEOUT_IN_SECONDS;
/** A build answers no time to look again; it takes a minute or more, and its log is followed meanwhile. */
const LONGEST_PAUSE_IN_SECONDS = 4;
const FIRST_LOOK_AFTER_IN_SECONDS = 0.3;
const TAIL_LINES = 20;
/** Our clock and Azure's may differ by this. */
const CLOCK_SKEW_IN_MS = 5 * 60 * 1000;

/** What is remembered of a build, from before it is asked for. */
const builds = defineRecords({
  name: 'build',
  scope: 'inherited',
  schema: z.object({
    tag: z.string(),
    /** When it was meant to be asked for, ISO 8601. */
    intendedAt: z.string(),
    /** Absent: asked for, and the answer is not known. */
    buildId: z.string().exactOptional(),
    logOffset: z.number().exactOptional(),
    digest: z.string().exactOptional(),
    /** Over: nothing for a later run to go on with. */
    done: z.boolean().exactOptional(),
  }),
  isOpen: ({ done }) => done !== true,
});
type BuildRecord = z.infer<typeof builds.schema>;

/** Whether the image of a service has been asked for, in this run or the one it takes over from. */
export function isBuildBegun({ memory }: Pick<StepContext, 'memory'>, service: string): boolean {
  return memory.read(builds, service) !== undefined;
}

export interface BuildOrder {
  readonly registry: ImageRegistry;
  readonly service: string;
  readonly dockerfile: string;
  readonly repository: string;
  readonly tag: string;
  readonly kind: BuildKind;
  readonly target?: string | undefined;
  readonly buildArguments?: Readonly<Record<string, string>> | undefined;
  /** Values by id, for the request only. */
  secrets(): Promise<Readonly<Record<string, string>>>;
  /** Makes the sources known to the builder, where they are not yet. */
  sourceLocation(): Promise<string>;
}

/**
 * Starts the build of an image, or looks at it once. Asking for a build is not repeatable, so the intent is recorded first;
 * when its answer was lost, builds that nobody else here follows are waited for and their image is looked up.
 * @throws UserError `build_failed` with the last lines of the log
 */
export async function followBuild(context: StepContext, order: BuildOrder): Promise<BuildOutcome> {
  const record = context.memory.read(builds, order.service);
  // What this run has begun it finishes, also when the sources change meanwhile: the next run sees that they are others.
  const isOwn = record !== undefined && !context.memory.isInherited(builds, order.service);
  if (record && (isOwn || record.tag === order.tag)) {
    if (record.digest !== undefined && isOwn) return { kind: 'built', digest: record.digest };
    if (record.buildId !== undefined && record.done !== true)
      return await lookOrForget(context, order, { ...record, buildId: record.buildId });
    if (record.buildId === undefined) return await findOrStart(context, order, record);
  }
  return await startUnlessLost(context, order);
}

/** The builds as they were before a call asked for any: what it asks for in between is not lost. */
const firstLooks = new WeakMap<StepContext, Promise<readonly BuildRun[]>>();

/** No record says that it was asked for; where one was lost, a build that nobody here follows is under way. */
async function startUnlessLost(context: StepContext, order: BuildOrder): Promise<BuildOutcome> {
  const record = { tag: order.tag, intendedAt: new Date(timeOfRun(context.runId)).toISOString() };
  const before = firstLooks.get(context) ?? order.registry.recentBuilds();
  firstLooks.set(context, before);
  const isLost = unfollowed(context, await before, record).some(isUnderWay);
  return isLost ? await findOrStart(context, order, record) : await start(context, order);
}

async function lookOrForget(
  context: StepContext,
  order: BuildOrder,
  record: BuildRecord & { readonly buildId: string },
): Promise<BuildOutcome> {
  try {
    return await look(context, { ...order, tag: record.tag }, record);
  } catch (error) {
    if (!(error instanceof AzureError) || error.code !== 'RunNotFound') throw error;
    // The registry no longer knows the build, or does not know it yet; what it made is still found.
    const { tag, intendedAt } = record;
    await context.memory.write(builds, { tag, intendedAt }, order.service);
    return await findOrStart(context, order, { tag, intendedAt });
  }
}

async function findOrStart(context: StepContext, order: BuildOrder, record: BuildRecord): Promise<BuildOutcome> {
  return (await findLost(context, { ...order, tag: record.tag }, record)) ?? (await start(context, order));
}

async function start(context: StepContext, order: BuildOrder): Promise<Waiting> {
  const { registry, service, dockerfile, repository, tag, kind, target, buildArguments } = order;
  const sourceLocation = await order.sourceLocation();
  const secrets = await order.secrets();
  const intent: BuildRecord = { tag, intendedAt: context.clock.now().toISOString() };
  await context.memory.write(builds, intent, service);
  const run = await registry.scheduleBuild({
    sourceLocation,
    dockerfile,
    image: `${repository}:${tag}`,
    timeoutInSeconds: BUILD_TIMEOUT_IN_SECONDS,
    ...kind,
    noCache: context.reason.forced,
    ...(target !== undefined && { target }),
    ...(buildArguments && { buildArguments }),
    ...(Object.keys(secrets).length > 0 && { secrets }),
  });
  await context.memory.write(builds, { ...intent, buildId: run.runId, logOffset: 0 }, service);
  context.progress(`${service}: build ${run.runId} started`);
  return { kind: 'waiting', retryAfterInSeconds: FIRST_LOOK_AFTER_IN_SECONDS, on: titleOf(order) };
}

async function look(
  context: StepContext,
  order: BuildOrder,
  record: BuildRecord & { readonly buildId: string },
): Promise<BuildOutcome> {
  const { registry, service } = order;
  const { buildId } = record;
  const run = await untilReady<BuildRun>(context, `build:${buildId}`, async () => {
    const found = await registry.build(buildId);
    const of = operationKind('build', context.config.azure.location, service);
    return isUnderWay(found) ? { ...underWay<BuildRun>(order), of } : found;
  });
  const logOffset = await tellLog(context, order, record);
  if (isWaiting(run)) {
    await context.memory.write(builds, { ...record, logOffset }, service);
    return run;
  }
  const ended = { ...record, logOffset, done: true, ...(run.digest !== undefined && { digest: run.digest }) };
  await context.memory.write(builds, ended, service);
  if (run.status !== 'Succeeded') throw await failure(order, run);
  const digest = run.digest ?? (await registry.digestOf(order.repository, order.tag));
  if (digest === undefined) {
    throw new UserError(`The build ${run.runId} of ${service} succeeded and pushed no image.`, {
      code: 'build_failed',
    });
  }
  await context.memory.write(builds, { ...ended, digest }, service);
  return { kind: 'built', digest };
}

/**
 * The answer to a request for a build was lost. Its run cannot be told from others while it runs, so all that began since
 * and that no other record follows are waited for; then the image is there, and tells its run, or the build is asked for again.
 */
async function findLost(
  context: StepContext,
  order: BuildOrder,
  record: BuildRecord,
): Promise<BuildOutcome | undefined> {
  const candidates = await untilReady<readonly BuildRun[]>(context, `lost-build:${order.service}`, async () => {
    const found = unfollowed(context, await order.registry.recentBuilds(), record);
    return found.some(isUnderWay) ? underWay<readonly BuildRun[]>(order) : found;
  });
  if (isWaiting(candidates)) return candidates;
  const digest = await order.registry.digestOf(order.repository, order.tag);
  if (digest === undefined) return undefined;
  const own = candidates.find((build) => build.digest === digest);
  if (own) await tellLog(context, order, { ...record, buildId: own.runId });
  await context.memory.write(builds, { ...record, done: true, digest }, order.service);
  return { kind: 'built', digest };
}

/** Builds that began since and that no record follows. */
function unfollowed(
  context: StepContext,
  recent: readonly BuildRun[],
  { intendedAt }: Pick<BuildRecord, 'intendedAt'>,
): readonly BuildRun[] {
  const claimed = new Set(
    imageUsers(context.config).flatMap(({ key }) => context.memory.read(builds, key)?.buildId ?? []),
  );
  const since = Date.parse(intendedAt) - CLOCK_SKEW_IN_MS;
  return recent.filter(({ runId, createdAt }) => !claimed.has(runId) && Date.parse(createdAt ?? intendedAt) >= since);
}

/** Passes on what the log has by now, durably; answers where to go on. */
async function tellLog(
  context: StepContext,
  { registry, service }: BuildOrder,
  record: BuildRecord & { readonly buildId: string },
): Promise<number> {
  const { text, nextOffset } = await registry.buildLog(record.buildId, record.logOffset ?? 0);
  for (const line of text.split('\n')) if (line.trim() !== '') context.log('info', line, service);
  await context.toldDurably();
  return nextOffset;
}

async function failure({ registry, service }: BuildOrder, { runId, status, errorMessage }: BuildRun): Promise<Error> {
  const log = await registry.buildLog(runId, 0);
  const tail = log.text.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
  if (status === 'Timeout') {
    const why = `${runId} did not end within ${BUILD_TIMEOUT_IN_SECONDS} seconds`;
    return buildFailure(service, { why, tail, end: 'timed_out' });
  }
  if (status !== 'Failed') return buildFailure(service, { why: `${runId} ended as ${status}`, tail, end: 'given_up' });
  return buildFailure(service, { why: `${runId}${errorMessage ? `: ${errorMessage}` : ''}`, tail, end: 'failed' });
}

function isUnderWay({ status }: BuildRun): boolean {
  return ['Queued', 'Started', 'Running'].includes(status);
}

function underWay<Result>(order: BuildOrder): NotReady<Result> {
  return notReady<Result>({
    on: titleOf(order),
    limitInSeconds: ENDS_WITHIN_IN_SECONDS,
    longestPauseInSeconds: LONGEST_PAUSE_IN_SECONDS,
    whenOver: () => {
      throw new UserError(`${titleOf(order)} did not end within ${ENDS_WITHIN_IN_SECONDS} seconds.`, {
        code: 'OperationTimedOut',
        hint: 'Look at the runs of the registry in the portal, and start the deployment again.',
      });
    },
  });
}

function titleOf({ service }: BuildOrder): string {
  return `the build of ${service}`;
}
