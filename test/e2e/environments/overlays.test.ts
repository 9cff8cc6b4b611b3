import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/domain/plan-schema.ts';
import { createSandbox, type Sandbox } from '../../helpers/cli.ts';

const BASE = `interpolate: true
azure: { resource_group: shop-rg, location: eastus, project_name: shop }
key_vault: { name: "shop-kv\${SUFFIX:-}" }
postgresql: {}
services:
  web: { image: "nginx:\${TAG:-1.27}", port: 80, ingress: external, env: { LEVEL: info } }
`;
const SIMULATE = ['--config', 'app/config.yaml', '--simulate', '--simulator-profile', 'instant'];

async function planned(sandbox: Sandbox, args: readonly string[] = []) {
  const { exitCode, events, stderr } = await sandbox.run(['plan', ...SIMULATE, '--output', 'json', ...args]);
  // One that is refused has an error after it.
  return { exitCode, stderr, plan: (events[0] as unknown as { plan: Plan }).plan };
}

function refusalOf({ resources }: Plan, wanted: string): string | undefined {
  return resources.find(({ key, action }) => key === wanted && action === 'forbidden')?.reason;
}

async function namesIn(sandbox: Sandbox, args: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const { stdout } = await sandbox.run(['state', 'show', ...SIMULATE, ...args]);
  const { resources } = JSON.parse(stdout) as { resources: Readonly<Record<string, { id: string }>> };
  const named = ['resource-group', 'postgresql', 'environment', 'app:web', 'key-vault'];
  return Object.fromEntries(named.map((key) => [key, resources[key]?.id.split('/').at(-1) ?? '']));
}

async function hasNothingToDo(sandbox: Sandbox, args: readonly string[]): Promise<boolean> {
  const { exitCode } = await sandbox.run(['plan', ...SIMULATE, '--detailed-exitcode', ...args]);
  return exitCode === 0;
}

describe('environments of one file', () => {
  it('stand side by side, each with names of its own, and a second deployment has nothing to do', async () => {
    const sandbox = await createSandbox();
    const overlay =
      'staging: { azure: { resource_group: shop-staging }, key_vault: { name: shop-staging-kv }, services: { web: { env: { LEVEL: debug } } } }';
    await sandbox.write('app/config.yaml', `${BASE}environments: { ${overlay} }\n`);
    await sandbox.write(
      'app/config.qa.yaml',
      'azure: { resource_group: "shop-${QA}" }\nkey_vault: { name: "shop-kv-${QA}" }\n',
    );
    const environments = [[], ['--environment', 'staging'], ['--environment', 'qa', '--var', 'QA=q']] as const;
    for (const args of environments)
      expect((await sandbox.deploy(args)).events.at(-1)).toMatchObject({ type: 'run_completed', status: 'succeeded' });
    const plans = [];
    for (const args of environments) plans.push(await planned(sandbox, args));
    for (const { plan } of plans) expect(plan.steps.filter(({ action }) => action !== 'skip')).toEqual([]);
    const [production, staging, qa] = await Promise.all(environments.map((args) => namesIn(sandbox, args)));
    expect(production).toMatchObject({ postgresql: 'shop-postgres', 'resource-group': 'shop-rg' });
    expect(staging).toEqual({
      'resource-group': 'shop-staging',
      postgresql: 'shop-postgres-staging',
      environment: 'shop-env',
      'app:web': 'web',
      'key-vault': 'shop-staging-kv',
    });
    expect(qa).toEqual({
      ...staging,
      'resource-group': 'shop-q',
      postgresql: 'shop-postgres-qa',
      'key-vault': 'shop-kv-q',
    });

    // What is said of another environment is nothing to production, and two that meet at one name are refused.
    const others = `${overlay.slice(0, -1)}, redis: {} }, twin: {}, near: { azure: { resource_group: shop-near } }`;
    await sandbox.write('app/config.yaml', `${BASE}environments: { ${others} }\n`);
    expect((await planned(sandbox)).plan).toEqual(plans[0]?.plan);
    const twin = await planned(sandbox, ['--environment', 'twin']);
    expect([twin.exitCode, refusalOf(twin.plan, 'resource-group')]).toEqual([1, expect.stringContaining('default')]);
    const before = await sandbox.requests();
    const near = await sandbox.deploy(['--environment', 'near']);
    expect([near.exitCode, near.stderr + near.stdout]).toEqual([
      1,
      expect.stringContaining('The name shop-kv cannot be used'),
    ]);
    const made = (await sandbox.requests()).slice(before.length).filter(({ method }) => method === 'PUT');
    expect(made).toEqual([]);
    const unknown = await sandbox.run(['plan', ...SIMULATE, '--environment', 'stagin']);
    expect([unknown.exitCode, unknown.stderr]).toEqual([64, expect.stringContaining('did you mean staging?')]);
  });

  it('keep the names that they have where they were deployed before the file had overlays', async () => {
    const sandbox = await createSandbox();
    const staging = ['--environment', 'staging'];
    await sandbox.write('app/config.yaml', BASE);
    expect((await sandbox.deploy(staging)).exitCode).toBe(0);
    const before = await namesIn(sandbox, staging);
    expect(before.postgresql).toBe('shop-postgres');
    await sandbox.write('app/config.yaml', `${BASE}environments: { staging: {} }\n`);
    expect(await hasNothingToDo(sandbox, staging)).toBe(true);
    await sandbox.write(
      'app/config.yaml',
      `${BASE}environments: { staging: { services: { web: { max_replicas: 2 } } } }\n`,
    );
    expect((await sandbox.deploy(staging)).exitCode).toBe(0);
    expect(await namesIn(sandbox, staging)).toEqual(before);
  });
});
