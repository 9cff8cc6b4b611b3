import { describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../../helpers/cli.ts';

const BASE = `interpolate: true
azure: { resource_group: shop-rg, location: eastus, project_name: shop }
key_vault: { name: "shop-kv\${SUFFIX:-}" }
postgresql: {}
services:
  web: { image: "nginx:\${TAG:-1.27}", port: 80, ingress: external, env: { LEVEL: info } }
`;
const SIMULATE = ['--config', 'app/config.yaml', '--simulate', '--simulator-profile', 'instant'];

async function namesIn(sandbox: Sandbox, environment: string): Promise<Readonly<Record<string, string>>> {
  const { stdout } = await sandbox.run(['state', 'show', ...SIMULATE, '--environment', environment]);
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
    await sandbox.write(
      'app/config.yaml',
      `${BASE}environments: { staging: { azure: { resource_group: shop-staging }, key_vault: { name: shop-staging-kv }, services: { web: { env: { LEVEL: debug } } } } }\n`,
    );
    await sandbox.write(
      'app/config.qa.yaml',
      'azure: { resource_group: "shop-${QA}" }\nkey_vault: { name: "shop-kv-${QA}" }\n',
    );
    const environments = [[], ['--environment', 'staging'], ['--environment', 'qa', '--var', 'QA=q']];
    for (const args of environments)
      expect((await sandbox.deploy(args)).events.at(-1)).toMatchObject({ type: 'run_completed', status: 'succeeded' });
    for (const args of environments) expect(await hasNothingToDo(sandbox, args)).toBe(true);
    const [production, staging] = await Promise.all(['default', 'staging'].map((name) => namesIn(sandbox, name)));
    expect(production).toMatchObject({ postgresql: 'shop-postgres', 'resource-group': 'shop-rg' });
    expect(staging).toEqual({
      'resource-group': 'shop-staging',
      postgresql: 'shop-postgres-staging',
      environment: 'shop-env',
      'app:web': 'web',
      'key-vault': 'shop-staging-kv',
    });
    const { stderr, exitCode } = await sandbox.run(['plan', ...SIMULATE, '--environment', 'stagin']);
    expect([exitCode, stderr]).toEqual([64, expect.stringContaining('did you mean staging?')]);
  });

  it('keep the names that they have where they were deployed before the file had overlays', async () => {
    const sandbox = await createSandbox();
    const staging = ['--environment', 'staging'];
    await sandbox.write('app/config.yaml', BASE);
    expect((await sandbox.deploy(staging)).exitCode).toBe(0);
    const before = await namesIn(sandbox, 'staging');
    expect(before.postgresql).toBe('shop-postgres');
    await sandbox.write('app/config.yaml', `${BASE}environments: { staging: {} }\n`);
    expect(await hasNothingToDo(sandbox, staging)).toBe(true);
    await sandbox.write(
      'app/config.yaml',
      `${BASE}environments: { staging: { services: { web: { max_replicas: 2 } } } }\n`,
    );
    expect((await sandbox.deploy(staging)).exitCode).toBe(0);
    expect(await namesIn(sandbox, 'staging')).toEqual(before);
  });
});
