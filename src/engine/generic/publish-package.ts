import { z } from 'zod';
import { AzureError } from '../../azure/errors.ts';
import type { ArmResource } from '../../azure/ports.ts';
import type { DeploymentConfig } from '../../domain/config/model.ts';
import { genericKey } from '../../domain/generic/generic-config.ts';
import { genericId, genericKeysOf, genericResourceOf } from '../../domain/generic/generic-place.ts';
import { referencesOf } from '../../domain/references/references.ts';
import type { StepName } from '../../domain/steps.ts';
import { UserError } from '../../shared/errors.ts';
import { isJsonObject, type Json, jsonAt, scalarText } from '../../shared/json.ts';
import type { SourceTree } from '../../source/ports.ts';
import { hasFreshGrant } from '../fresh-grant.ts';
import { defineRecords } from '../record.ts';
import { settleAll } from '../settle.ts';
import type { FactSources, Facts, StepContext } from '../step.ts';
import { type NotReady, notReady, untilReady } from '../waiting/until-ready.ts';
import { isWaiting, untilAll, type Waiting } from '../waiting/waiting.ts';
import { drainedApp, durableBackendOf } from './drained-app.ts';
import { type LiveApp, madeAt } from './live-app.ts';

/** A container with the code is started anew for each archive, which takes a minute or two. */
const LIMIT_IN_SECONDS = 900;

/** What was sent: another app of the same name has nothing of it. */
const publications = defineRecords({
  name: 'published',
  scope: 'inherited',
  schema: z.object({
    sha256: z.string(),
    made: z.string(),
    deployment: z.string(),
    ended: z.boolean(),
    backend: z.string().exactOptional(),
    /** Whether the host has told of it. */
    seen: z.boolean().default(false),
  }),
});

/** What the step remembers of archives from run to run, by the keys of the resources. */
const PACKAGES = 'packages';

export type Published = { readonly kind: 'published'; readonly metadata: Readonly<Record<string, Json>> } | Waiting;

/**
 * The archives of apps that this step makes, each sent where it is another one than was sent last.
 *
 * @throws UserError `package_missing`, `package_not_published`, and as Azure refused
 */
export async function publishPackages(context: StepContext, apps: readonly LiveApp[]): Promise<Published> {
  const withPackage = apps.filter(({ key }) => genericResourceOf(context.config, key).package !== undefined);
  const results = await settleAll(
    withPackage.map(async (app) => {
      const published = await publishPackage(context, app);
      return isWaiting(published) ? published : ([app.key, published] as const);
    }),
  );
  const waits = results.filter((result): result is Waiting => 'kind' in result);
  if (waits.length > 0) return untilAll(waits);
  const kept = results.flatMap((result) => ('kind' in result ? [] : [result]));
  return { kind: 'published', metadata: kept.length > 0 ? { [PACKAGES]: Object.fromEntries(kept) } : {} };
}

type Kept = {
  readonly sha256: string;
  readonly made: string;
  /** Where its orchestrations are; absent: in the storage of the host. */
  readonly backend?: string;
};

/**
 * Waits for apps of this step whose orchestrations are about to be kept elsewhere: not even a setting changes before.
 *
 * @throws UserError `package_missing`, `orchestrations_under_way`
 */
export async function drainedApps(context: StepContext, step: StepName): Promise<Waiting | undefined> {
  const { config } = context;
  const keys = genericKeysOf(config, step, referencesOf(config));
  const waits = await settleAll(keys.map((key) => drainedBefore(context, key)));
  const waiting = waits.filter((wait) => wait !== undefined);
  return waiting.length > 0 ? untilAll(waiting) : undefined;
}

async function drainedBefore(context: StepContext, key: string): Promise<Waiting | undefined> {
  const { config } = context;
  const last = lastPublished(context, key);
  const { package: archive, apiVersion } = genericResourceOf(config, key);
  if (archive === undefined || !last) return undefined;
  const source = sourceOf(context, key);
  const sent = context.memory.read(publications, key) ?? last;
  if (sent.sha256 === (await digestOf(source, config, key))) return undefined;
  const [from = '', to] = [sent.backend, durableBackendOf(await source.fileContent(archive))];
  if (from === to) return undefined;
  const id = genericId(key, context, referencesOf(config));
  const live = await context.azure.arm.get(id, apiVersion);
  // Another app of that name has nothing under way.
  return live && madeAt(live) === last.made ? await drainedApp(context, { key, id, from, to }) : undefined;
}

async function publishPackage(context: StepContext, { key, live, made }: LiveApp): Promise<Kept | Waiting> {
  const source = sourceOf(context, key);
  const sha256 = await digestOf(source, context.config, key);
  const isSame = (one: Kept | undefined): boolean => one?.sha256 === sha256 && one.made === made;
  const sent = context.memory.read(publications, key);
  if (sent && isSame(sent) && sent.ended) return keptOf(sent);
  if (!sent || !isSame(sent)) {
    const last = lastPublished(context, key);
    // What was sent since has taken its place.
    if (last && isSame(last) && !sent && !context.reason.forced) return last;
    const free = await untilFree(context, { key, live });
    if (free !== 'free') return free;
    await send(context, { key, live, made, sha256, source });
  }
  return await follow(context, { key, live, made, sha256 });
}

function keptOf({ sha256, made, backend }: Kept): Kept {
  return { sha256, made, ...(backend && { backend }) };
}

/** As the last run that came to its end left it. */
function lastPublished({ previous }: StepContext, key: string): Kept | undefined {
  const packages = previous?.metadata[PACKAGES];
  const found = isJsonObject(packages) ? packages[key] : undefined;
  if (!isJsonObject(found)) return undefined;
  const [sha256, made, backend] = [found.sha256, found.made, found.backend].map((one) => scalarText(one)) as [
    string,
    string,
    string,
  ];
  return keptOf({ sha256, made, backend });
}

/**
 * Until no other archive is being published: one that is sent meanwhile is dropped. A run that was killed may have begun it, so that the
 * same archive is sent once more, since the host does not say what it was sent.
 */
async function untilFree(
  context: StepContext,
  { key, live }: Pick<LiveApp, 'key' | 'live'>,
): Promise<'free' | Waiting> {
  return await untilReady<'free'>(context, `free:${key}`, async () => {
    if (!(await context.azure.code(deploymentHost(live)).isBusy())) return 'free';
    return notReady<'free'>({
      on: `another publication to ${nameOfApp(live)}`,
      limitInSeconds: LIMIT_IN_SECONDS,
      whenOver: () => {
        throw notPublished(context, key, live, `another publication did not end within ${LIMIT_IN_SECONDS} seconds`);
      },
    });
  });
}

interface Sending extends LiveApp {
  readonly sha256: string;
  readonly source: SourceTree;
}

async function send(context: StepContext, { key, live, made, sha256, source }: Sending): Promise<void> {
  const archive = await source.fileContent(packageOf(context.config, key));
  context.progress(`publishing ${packageOf(context.config, key)} to ${nameOfApp(live)}`);
  const deployment = await context.azure.code(deploymentHost(live)).publish(archive);
  const backend = durableBackendOf(archive);
  const sent = { sha256, made, deployment, ended: false, seen: false, ...(backend !== '' && { backend }) };
  await context.memory.write(publications, sent, key);
}

async function follow(
  context: StepContext,
  { key, live, made, sha256 }: Omit<Sending, 'source'>,
): Promise<Kept | Waiting> {
  const { deployment = '', seen = false, backend } = context.memory.read(publications, key) ?? {};
  const kept = keptOf({ sha256, made, ...(backend !== undefined && { backend }) });
  const ended = await untilReady<'ended'>(
    context,
    `published:${key}`,
    async (): Promise<'ended' | NotReady<'ended'>> => {
      const progress = await context.azure.code(deploymentHost(live)).progress(deployment);
      // What was told of and no longer is has ended: the worker that carried it out has gone.
      if (progress.kind === 'succeeded' || (progress.kind === 'unknown' && seen)) return 'ended';
      const why = progress.kind === 'failed' ? progress.why : `it did not end within ${LIMIT_IN_SECONDS} seconds`;
      if (progress.kind === 'running' && !seen) {
        await context.memory.write(publications, { ...kept, deployment, ended: false, seen: true }, key);
      }
      // It never began: it is sent again once the other one is over.
      if (progress.kind === 'busy') await context.memory.delete(publications, key);
      // The app's identity keeps the archive, which it may not as long as its grant is not effective everywhere.
      if (progress.kind === 'failed') {
        await context.memory.delete(publications, key);
        if (!hasFreshGrant(context)) throw notPublished(context, key, live, why);
      }
      return notReady({
        on: `the publication to ${nameOfApp(live)}`,
        limitInSeconds: LIMIT_IN_SECONDS,
        whenOver: async () => {
          await context.memory.delete(publications, key);
          throw notPublished(context, key, live, why);
        },
      });
    },
  );
  if (ended !== 'ended') return ended;
  await context.memory.write(publications, { ...kept, deployment, ended: true, seen: true }, key);
  return kept;
}

function notPublished({ config }: StepContext, key: string, live: ArmResource, why: string): UserError {
  return new UserError(`The archive ${packageOf(config, key)} was not published to ${nameOfApp(live)}: ${why}.`, {
    code: 'package_not_published',
  });
}

/** Digests of the archives, so that another one is a reason for the step. @throws UserError `package_missing` */
export async function packageFacts({ config, source }: FactSources, step: StepName): Promise<Facts> {
  if (!source) return {};
  const keys = genericKeysOf(config, step, referencesOf(config)).filter(
    (key) => genericResourceOf(config, key).package !== undefined,
  );
  const digests = keys.map(async (key) => [`file:${genericKey(key)}`, await digestOf(source, config, key)] as const);
  return Object.fromEntries(await settleAll(digests));
}

function packageOf(config: DeploymentConfig, key: string): string {
  return genericResourceOf(config, key).package ?? '';
}

async function digestOf(source: SourceTree, config: DeploymentConfig, key: string): Promise<string> {
  const digest = await source.fileDigest(packageOf(config, key));
  if (digest !== undefined) return digest;
  throw new UserError(`resources.${key}.package names ${packageOf(config, key)}, which is not in ${source.location}.`, {
    code: 'package_missing',
  });
}

function sourceOf({ source, config }: StepContext, key: string): SourceTree {
  if (source) return source;
  throw new UserError(`resources.${key}.package names ${packageOf(config, key)}, and this run has no source tree.`, {
    code: 'package_missing',
  });
}

/** https://learn.microsoft.com/rest/api/appservice/web-apps/get: of its hosts the one for deployments. */
function deploymentHost(live: ArmResource): string {
  const names = jsonAt(live, 'properties.enabledHostNames');
  const host = (Array.isArray(names) ? names.map((name) => scalarText(name)) : []).find((name) =>
    name.includes('.scm.'),
  );
  if (host !== undefined) return host;
  throw new AzureError({
    code: 'UnexpectedAnswer',
    message: `the app ${nameOfApp(live)} does not tell the host of its deployments`,
  });
}

function nameOfApp({ id }: ArmResource): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
