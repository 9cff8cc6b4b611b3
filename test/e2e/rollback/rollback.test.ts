import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ServicesView } from '../../../src/domain/api/service-views.ts';
import { type CliOptions, type CliResult, createSandbox, type Sandbox } from '../../helpers/cli.ts';

const SIMULATE = ['--config', 'app/config.yaml', '--simulate', '--simulator-profile', 'instant'];
const HOOK = new URL('../../crash/kill-switch.ts', import.meta.url).href;

interface Deployed {
  readonly sandbox: Sandbox;
  /** Runs of two releases, the older first. */
  readonly first: string;
  readonly second: string;
}

/** Two releases: draft_service has other sources in the second, and another variable and scale. */
async function twice(): Promise<Deployed> {
  const sandbox = await createSandbox();
  const first = await sandbox.deploy();
  expect(first.exitCode, first.stderr).toBe(0);
  await appendFile(join(sandbox.directory, 'app/services/draft-service/app/main.py'), '# second\n');
  const path = join(sandbox.directory, 'app/config.yaml');
  const config = await readFile(path, 'utf8');
  const changed = config.replace(
    'port: 3002, cpu: 0.5, memory: "1Gi", min_replicas: 1, max_replicas: 3',
    'port: 3002, cpu: 0.5, memory: "1Gi", min_replicas: 2, max_replicas: 3, env: { RELEASE: "second" }',
  );
  expect(changed).not.toBe(config);
  await writeFile(path, changed);
  const second = await sandbox.deploy();
  expect(second.exitCode, second.stderr + second.stdout.slice(-2000)).toBe(0);
  return { sandbox, first: runOf(first), second: runOf(second) };
}

function runOf({ events }: CliResult): string {
  return String(events.at(-1)?.runId);
}

function rollback(sandbox: Sandbox, args: readonly string[] = [], options?: CliOptions): Promise<CliResult> {
  return sandbox.run(['rollback', ...SIMULATE, '--auto-approve', '--output', 'json', ...args], options);
}

interface Live {
  /** Image and scale of the revision that has all traffic. */
  readonly serving: string;
  readonly image: string;
  readonly minReplicas: number;
  readonly variables: readonly string[];
}

interface StoredApp {
  readonly id: string;
  readonly body: {
    readonly properties: {
      readonly configuration: {
        readonly ingress?: { readonly traffic?: readonly { revisionName: string; weight: number }[] };
      };
    };
  };
  readonly extra: {
    readonly app?: {
      readonly revisions: readonly {
        readonly name: string;
        readonly active: boolean;
        readonly template: {
          readonly containers: readonly { readonly image: string; readonly env: readonly { name: string }[] }[];
          readonly scale: { readonly minReplicas: number };
        };
      }[];
    };
  };
}

/** The draft service as the cloud has it. */
async function live(sandbox: Sandbox): Promise<Live> {
  const cloud = JSON.parse(await sandbox.read('.draftgenie-deploy/simulator/cloud.json')) as {
    resources: Record<string, StoredApp>;
  };
  const app = Object.values(cloud.resources).find(({ id }) => id.endsWith('/containerApps/draft-service'));
  const shares = app?.body.properties.configuration.ingress?.traffic?.filter(({ weight }) => weight > 0) ?? [];
  expect(shares).toHaveLength(1);
  const serving = shares[0]?.revisionName ?? '';
  const revision = app?.extra.app?.revisions.find(({ name }) => name === serving);
  expect(revision?.active).toBe(true);
  const container = revision?.template.containers[0];
  return {
    serving,
    image: container?.image ?? '',
    minReplicas: revision?.template.scale.minReplicas ?? -1,
    variables: container?.env.map(({ name }) => name) ?? [],
  };
}

async function count(sandbox: Sandbox, path: RegExp): Promise<number> {
  return (await sandbox.requests()).filter((request) => request.method !== 'GET' && path.test(request.path)).length;
}

describe('rollback', () => {
  it('brings images, variables, scale and traffic of the release before back, by its own revision, without a build', async () => {
    const { sandbox, first, second } = await twice();
    const builds = await count(sandbox, /scheduleRun$/);
    const before = await live(sandbox);
    expect(before).toMatchObject({ minReplicas: 2, variables: expect.arrayContaining(['RELEASE']) });

    const plan = await sandbox.run([
      ...['rollback', '--dry-run', '--to', first, '--config', 'app/config.yaml', '--simulate'],
      ...['--simulator-profile', 'instant', '--output', 'plain'],
    ]);
    expect(plan.exitCode, plan.stderr).toBe(0);
    expect(plan.stdout).toContain(first);
    expect(plan.stdout).toContain('Databases, migrations and secrets are not rolled back');

    const back = await rollback(sandbox);
    expect(back.exitCode, back.stderr + back.stdout.slice(-3000)).toBe(0);
    expect(back.events.at(-1)).toMatchObject({
      status: 'succeeded',
      executed: ['deploy_application_services', 'configure_environment_variables', 'verify_deployment'],
    });
    const after = await live(sandbox);
    expect(after).toMatchObject({ minReplicas: 1, variables: expect.not.arrayContaining(['RELEASE']) });
    expect(after.image).not.toBe(before.image);
    const { serving } = after;
    expect(JSON.parse(await sandbox.read(`.draftgenie-deploy/default/history/${first}.json`))).toMatchObject({
      images: { draft_service: after.image },
      revisions: { draft_service: serving },
    });
    expect(await count(sandbox, /scheduleRun$/)).toBe(builds);
    expect(await count(sandbox, /migrate\/start$/)).toBe(5);

    const drift = await sandbox.run(['drift', ...SIMULATE]);
    expect(drift.exitCode, drift.stdout + drift.stderr).toBe(0);
    const status = await sandbox.run(['status', ...SIMULATE, '--output', 'json']);
    const services = (status.events[0]?.live as ServicesView | undefined)?.services ?? [];
    expect(services.find(({ key }) => key === 'draft_service')).toMatchObject({
      ...{ health: 'healthy', image: after.image, driftedVariables: [] },
      revisions: [{ name: serving, traffic: 100 }],
    });

    // To the same once more: nothing to do, and it says so. By default: to the release before, which is the second.
    const again = await rollback(sandbox, ['--to', first]);
    expect([again.exitCode, again.stderr]).toEqual([1, expect.stringContaining('What is deployed is the release of')]);
    const forth = await rollback(sandbox, ['--to', second]);
    expect(forth.exitCode, forth.stderr).toBe(0);
    expect(await live(sandbox)).toEqual(before);

    // A deployment of what the file says finds its images.
    const deployment = await sandbox.deploy();
    expect(deployment.exitCode, deployment.stderr).toBe(0);
    expect((await live(sandbox)).image).toBe(before.image);
    expect(await count(sandbox, /scheduleRun$/)).toBe(builds);
  });

  it('makes a new revision of the old image where the old revision is gone', async () => {
    const { sandbox, first } = await twice();
    const before = await live(sandbox);
    await forget(sandbox, (name) => name !== before.serving);
    const back = await rollback(sandbox, ['--to', first]);
    expect(back.exitCode, back.stderr + back.stdout.slice(-3000)).toBe(0);
    const after = await live(sandbox);
    const entry = JSON.parse(await sandbox.read(`.draftgenie-deploy/default/history/${first}.json`)) as {
      images: Record<string, string>;
      revisions: Record<string, string>;
    };
    expect(after.image).toBe(entry.images.draft_service);
    expect(after.serving).not.toBe(entry.revisions.draft_service);
  });

  it.each([20, 45])('goes on with the same run when it was killed at journal write %i', async (write) => {
    const { sandbox, first } = await twice();
    const killed = await rollback(sandbox, [], {
      imports: [HOOK],
      env: { KILL_AT: `journal:${write}:after` },
    });
    expect(killed.signal).toBe('SIGKILL');
    const resumed = await rollback(sandbox);
    expect(resumed.exitCode, resumed.stderr + resumed.stdout.slice(-3000)).toBe(0);
    expect(runOf(resumed)).toBe(String(killed.events[0]?.runId));
    const entry = JSON.parse(await sandbox.read(`.draftgenie-deploy/default/history/${first}.json`)) as {
      revisions: Record<string, string>;
    };
    expect((await live(sandbox)).serving).toBe(entry.revisions.draft_service);
  });

  it('names the kept runs when it is asked for another one', async () => {
    const sandbox = await createSandbox();
    const none = await rollback(sandbox);
    expect(none.exitCode).toBe(1);
    const first = await sandbox.deploy();
    const only = await rollback(sandbox);
    expect(only.exitCode).toBe(1);
    expect(only.stderr).toContain('nothing to go back to');
    const unknown = await rollback(sandbox, ['--to', 'default-01JD0000000000000000000000']);
    expect(unknown.exitCode).toBe(64);
    expect(unknown.stderr).toContain(runOf(first));
  });
});

/** Takes revisions of the draft service out of the cloud. */
async function forget(sandbox: Sandbox, isGone: (name: string) => boolean): Promise<void> {
  const path = '.draftgenie-deploy/simulator/cloud.json';
  const cloud = JSON.parse(await sandbox.read(path)) as { resources: Record<string, StoredApp> };
  for (const { id, extra } of Object.values(cloud.resources)) {
    const { app } = extra;
    if (!id.endsWith('/containerApps/draft-service') || !app) continue;
    Object.assign(app, { revisions: app.revisions.filter(({ name }) => !isGone(name)) });
  }
  await writeFile(join(sandbox.directory, path), JSON.stringify(cloud));
}
