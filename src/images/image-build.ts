import { AzureError } from '../azure/errors.ts';
import type { BuildRun, ImageRegistry } from '../azure/ports.ts';
import type { StepContext } from '../engine/step.ts';
import type { Waiting } from '../engine/waiting.ts';
import { UserError } from '../shared/errors.ts';

const BUILD_TIMEOUT_IN_SECONDS = 1800;
/** A build answers no time to look again; it takes a minute or more. */
const PAUSES_IN_SECONDS = [0.3, 0.7, 1, 2, 4];
const TAIL_LINES = 20;
/** What registries, mirrors and networks say when they have a bad moment; Docker Hub limits anonymous pulls. */
const TRANSIENT =
  /toomanyrequests|TLS handshake timeout|i\/o timeout|connection (?:reset|refused|timed out)|temporary failure in name resolution|EAI_AGAIN|ETIMEDOUT|ECONNRESET|50[234] (?:Bad Gateway|Service (?:Temporarily )?Unavailable|Gateway Time-?out)/i;
/** Our clock and Azure's may differ by this. */
const CLOCK_SKEW_IN_MS = 5 * 60 * 1000;

/** What is remembered of a build, from before it is asked for. */
type BuildRecord = {
  readonly tag: string;
  /** The run of the deployment that asked for it. */
  readonly askedBy: string;
  /** When it was meant to be asked for, ISO 8601. */
  readonly intendedAt: string;
  /** Absent: asked for, and the answer is not known. */
  readonly buildId?: string;
  readonly logOffset?: number;
  readonly looks?: number;
  readonly digest?: string;
  /** Over: nothing for a later run to go on with. */
  readonly done?: boolean;
};

export interface BuildOrder {
  readonly registry: ImageRegistry;
  readonly service: string;
  readonly dockerfile: string;
  readonly repository: string;
  readonly tag: string;
  /** Makes the sources known to the builder, where they are not yet. */
  sourceLocation(): Promise<string>;
}

export type BuildOutcome = { readonly kind: 'built'; readonly digest: string } | Waiting;

/**
 * Starts the build of an image, or looks at it once. Asking for a build is not repeatable, so the intent is recorded first;
 * when its answer was lost, builds that nobody else here follows are waited for and their image is looked up.
 * @throws UserError `build_failed` with the last lines of the log
 */
export async function followBuild(context: StepContext, order: BuildOrder): Promise<BuildOutcome> {
  const record = context.memory.get<BuildRecord>(keyOf(order));
  if (record?.tag === order.tag) {
    if (record.digest !== undefined && record.askedBy === context.runId)
      return { kind: 'built', digest: record.digest };
    if (record.buildId !== undefined && record.done !== true)
      return await lookOrForget(context, order, { ...record, buildId: record.buildId });
    if (record.buildId === undefined) return await findOrStart(context, order, record);
  }
  return await start(context, order);
}

async function lookOrForget(
  context: StepContext,
  order: BuildOrder,
  record: BuildRecord & { readonly buildId: string },
): Promise<BuildOutcome> {
  try {
    return await look(context, order, record);
  } catch (error) {
    if (!(error instanceof AzureError) || error.code !== 'RunNotFound') throw error;
    // The registry no longer knows the build, or does not know it yet; what it made is still found.
    const { tag, askedBy, intendedAt } = record;
    await context.memory.set(keyOf(order), { tag, askedBy, intendedAt });
    return await findOrStart(context, order, { tag, askedBy, intendedAt });
  }
}

async function findOrStart(context: StepContext, order: BuildOrder, record: BuildRecord): Promise<BuildOutcome> {
  return (await findLost(context, order, record)) ?? (await start(context, order));
}

async function start(context: StepContext, order: BuildOrder): Promise<Waiting> {
  const { registry, service, dockerfile, repository, tag } = order;
  const sourceLocation = await order.sourceLocation();
  const intent: BuildRecord = { tag, askedBy: context.runId, intendedAt: context.clock.now().toISOString() };
  await context.memory.set(keyOf(order), intent);
  const run = await registry.scheduleBuild({
    sourceLocation,
    dockerfile,
    image: `${repository}:${tag}`,
    timeoutInSeconds: BUILD_TIMEOUT_IN_SECONDS,
  });
  await context.memory.set(keyOf(order), { ...intent, buildId: run.runId, logOffset: 0, looks: 0 });
  context.progress(`${service}: build ${run.runId} started`);
  return waiting(order, 0);
}

async function look(
  context: StepContext,
  order: BuildOrder,
  record: BuildRecord & { readonly buildId: string },
): Promise<BuildOutcome> {
  const { registry, service } = order;
  const run = await registry.build(record.buildId);
  const logOffset = await tellLog(context, order, record);
  const looks = (record.looks ?? 0) + 1;
  if (['Queued', 'Started', 'Running'].includes(run.status)) {
    await context.memory.set(keyOf(order), { ...record, logOffset, looks });
    return waiting(order, looks);
  }
  await context.memory.set(keyOf(order), {
    ...record,
    logOffset,
    done: true,
    ...(run.digest !== undefined && { digest: run.digest }),
  });
  if (run.status !== 'Succeeded') throw await failure(order, run);
  const digest = run.digest ?? (await registry.digestOf(order.repository, order.tag));
  if (digest === undefined) {
    throw new UserError(`The build ${run.runId} of ${service} succeeded and pushed no image.`, {
      code: 'build_failed',
    });
  }
  await context.memory.set(keyOf(order), { ...record, logOffset, done: true, digest });
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
  const claimed = new Set(
    context.config.services.application.flatMap(
      ({ key }) => context.memory.get<BuildRecord>(`build:${key}`)?.buildId ?? [],
    ),
  );
  const since = Date.parse(record.intendedAt) - CLOCK_SKEW_IN_MS;
  const candidates = (await order.registry.recentBuilds()).filter(
    ({ runId, createdAt }) => !claimed.has(runId) && Date.parse(createdAt ?? record.intendedAt) >= since,
  );
  if (candidates.some(({ status }) => ['Queued', 'Started', 'Running'].includes(status)))
    return waiting(order, (record.looks ?? 0) + 1);
  const digest = await order.registry.digestOf(order.repository, order.tag);
  if (digest === undefined) return undefined;
  const own = candidates.find((build) => build.digest === digest);
  if (own) await tellLog(context, order, { ...record, buildId: own.runId });
  await context.memory.set(keyOf(order), { ...record, askedBy: context.runId, done: true, digest });
  return { kind: 'built', digest };
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

async function failure({ registry, service }: BuildOrder, run: BuildRun): Promise<Error> {
  const { runId, status, errorMessage } = run;
  const log = await registry.buildLog(runId, 0);
  const tail = log.text.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
  // The builder had to give up, or what it fetches was not to be had for a moment: the Dockerfile is not to blame.
  if (status !== 'Failed' || TRANSIENT.test(tail)) {
    const message = `the build ${runId} of ${service} ended as ${status}. Its log ends:\n${tail}`;
    return new AzureError({ code: 'ServiceUnavailable', message });
  }
  return new UserError(
    `The build of ${service} failed (${runId}${errorMessage ? `: ${errorMessage}` : ''}). Its log ends:\n${tail}`,
    {
      code: 'build_failed',
      hint: `Correct the Dockerfile or the sources of ${service}; the other images are kept.`,
    },
  );
}

function waiting({ service }: BuildOrder, looks: number): Waiting {
  const retryAfterInSeconds = PAUSES_IN_SECONDS[Math.min(looks, PAUSES_IN_SECONDS.length - 1)] ?? 4;
  return { kind: 'waiting', retryAfterInSeconds, on: `the build of ${service}` };
}

function keyOf({ service }: BuildOrder): string {
  return `build:${service}`;
}
