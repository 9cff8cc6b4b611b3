import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Unzipped, unzipSync } from 'fflate';
import type { StoredResource } from '../store.ts';
import type { World } from '../world.ts';
import { DeploymentStatus, endDeployment, openDeployments } from './deployments.ts';
import { placeOfOrchestrations, schedulerBackend } from './durable-backend.ts';
import { isRuntimeOffered } from './flex-rules.ts';
import { keepFunctions } from './functions.ts';
import { startingKeysOf } from './host-keys.ts';
import { functionsStorageProblem, hostStorageProblem } from './host-needs.ts';
import type { FunctionsHosting, HostedApp } from './hosting.ts';
import { resolvedSettings } from './key-vault-references.ts';
import { readPackage } from './package-container.ts';
import { platformSettings } from './platform-settings.ts';
import { runtimeOf } from './runtime.ts';
import { isStopped, SITE } from './site-state.ts';

/** From the first request or change until an instance answers: https://learn.microsoft.com/azure/azure-functions/event-driven-scaling#cold-start */
const COLD_START_SECONDS = 5;

/** The apps that really run, brought after what the cloud says of them. */
export interface HostedApps {
  /** Where an app answers, when it has started; undefined: its host does not run. */
  address(siteId: string): Promise<string | undefined>;
  /** Looks at an app again, after whatever has changed. */
  refresh(siteId: string): void;
  close(): Promise<void>;
}

interface Instance {
  /** What it was started with; another one is another instance. */
  signature: string;
  app: HostedApp | undefined;
  work: Promise<void>;
}

export interface HostedAppsOptions {
  readonly hosting: FunctionsHosting | undefined;
  /** What the environment of every app has: how it reaches this cloud. */
  readonly surroundings: Readonly<Record<string, string>>;
  /** Address by which an app asks for tokens of its identities; `header` shows which app it is. */
  identityEndpoint(site: StoredResource): { readonly url: string; readonly header: string };
  /** Where code is unpacked, and hosts keep what is theirs; without one a folder that goes with the simulator. */
  readonly folder: string | undefined;
}

export function createHostedApps(world: World, options: HostedAppsOptions): HostedApps {
  const instances = new Map<string, Instance>();
  let temporary: Promise<string> | undefined;
  let isClosing = false;

  function folder(): Promise<string> {
    if (options.folder !== undefined) return Promise.resolve(options.folder);
    temporary ??= mkdtemp(join(tmpdir(), 'simulated-apps-'));
    return temporary;
  }

  function refresh(siteId: string): void {
    const key = siteId.toLowerCase();
    const instance = instances.get(key) ?? { signature: '', app: undefined, work: Promise.resolve() };
    instances.set(key, instance);
    // One change of an app after the other; a failure is told to whoever asks the app.
    instance.work = instance.work.then(() => (isClosing ? undefined : bring(key, instance)));
  }

  async function bring(key: string, instance: Instance): Promise<void> {
    const site = world.resource(key);
    const problem = await begin(site, instance).catch((error: unknown) => {
      instance.app = undefined;
      return error instanceof Error ? error.message : String(error);
    });
    if (!site) return void instances.delete(key);
    site.extra.hostRuns = instance.app !== undefined;
    site.extra.hostProblem = problem ?? null;
    for (const { id } of openDeployments(site)) {
      const failure =
        'Function triggers synchronization failed due to Response status code does not indicate success: 500 (Internal Server Error).';
      if (instance.app) endDeployment(world, site, id, DeploymentStatus.succeeded, '');
      else endDeployment(world, site, id, DeploymentStatus.failed, failure);
    }
    await world.store.save();
  }

  /** @returns why nothing runs, where something should */
  async function begin(site: StoredResource | undefined, instance: Instance): Promise<string | undefined> {
    const wanted = site && !isStopped(site) ? wantedOf(site) : undefined;
    if (instance.app && wanted && instance.signature === wanted.signature) return undefined;
    const before = instance.app;
    instance.app = undefined;
    await before?.stop();
    if (!site || !wanted) return 'the app does not run';
    if (wanted.problem !== undefined) return wanted.problem;
    const files = unzipSync(wanted.code.content);
    const directory = await unpack(site, wanted.signature, files);
    const hostJson = files['host.json'] && Buffer.from(files['host.json']).toString('utf8');
    const backend = schedulerBackend(hostJson);
    await sleep(world.duration(COLD_START_SECONDS));
    const app = await (options.hosting ?? nobody).start({
      name: site.name,
      packageDirectory: directory,
      dataDirectory: join(await folder(), site.name.toLowerCase(), 'data'),
      orchestrations: placeOfOrchestrations(world, wanted.settings, backend),
      environment: wanted.environment,
      keys: wanted.keys,
    });
    const lack = functionsStorageProblem(world, site, wanted.settings, app.functions, backend);
    if (lack !== undefined) {
      await app.stop();
      return lack;
    }
    keepFunctions(site, app.functions);
    instance.signature = wanted.signature;
    instance.app = app;
    void app.ended.then(() => {
      if (instance.app === app) instance.app = undefined;
    });
    return undefined;
  }

  function wantedOf(site: StoredResource) {
    const settings = resolvedSettings(world, site);
    const keys = startingKeysOf(world, site);
    const code = packageOf(world, site);
    const { url, header } = options.identityEndpoint(site);
    const environment = {
      ...options.surroundings,
      ...platformSettings(world, site),
      ...settings,
      IDENTITY_ENDPOINT: url,
      IDENTITY_HEADER: header,
    };
    const { restarts = 0 } = site.extra;
    const parts = JSON.stringify([code.etag, settings, keys, site.body, restarts]);
    const problem =
      code.problem ??
      (isRuntimeOffered(runtimeOf(site)) ? undefined : 'the platform has no such version of the language') ??
      hostStorageProblem(world, site, settings);
    return { signature: createHash('sha256').update(parts).digest('hex'), settings, keys, code, environment, problem };
  }

  async function unpack(site: StoredResource, signature: string, files: Unzipped): Promise<string> {
    const own = join(await folder(), site.name.toLowerCase(), 'code');
    await rm(own, { recursive: true, force: true });
    // A path of its own for each, since processes remember modules by their paths.
    const directory = join(own, signature.slice(0, 16));
    for (const [path, content] of Object.entries(files)) {
      const file = join(directory, normalize(`/${path}`));
      if (path.endsWith('/')) continue;
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    }
    return directory;
  }

  return {
    refresh,
    async address(siteId) {
      const key = siteId.toLowerCase();
      // Scaled to nothing, or ended by itself: the next request starts it again.
      if (!instances.get(key)?.app) refresh(key);
      const instance = instances.get(key);
      await instance?.work;
      return instance?.app?.url;
    },
    async close() {
      isClosing = true;
      await Promise.all([...instances.values()].map(({ work }) => work));
      await Promise.all([...instances.values()].map(({ app }) => app?.stop()));
      if (temporary) await rm(await temporary, { recursive: true, force: true });
    },
  };
}

/** Every app there is, as after a start of the simulator. */
export function refreshAll(world: World, apps: HostedApps): void {
  for (const { id } of world.resourcesOfType(SITE)) apps.refresh(id);
}

function packageOf(world: World, site: StoredResource): { etag: string; content: Buffer; problem?: string } {
  const none = { etag: '', content: Buffer.alloc(0) };
  try {
    return readPackage(world, site) ?? { ...none, problem: 'no code was published' };
  } catch (error) {
    return { ...none, problem: (error as Error).message };
  }
}

const nobody: FunctionsHosting = {
  start: () => Promise.reject(new Error('the simulator was given nothing that hosts function apps')),
};
