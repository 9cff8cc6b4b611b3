import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSandbox, type Sandbox } from '../helpers/cli.ts';
import { asPlanned } from '../helpers/plan/as-planned.ts';
import { PREBUILT_CONFIG } from '../helpers/prebuilt-config.ts';

const CONFIG = `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
locations: { postgresql: northeurope }
container_registry: { name: shopregistry }
key_vault: { name: shop-vault-1 }
monitoring: {}
postgresql: {}
redis: {}
services:
  cache: { image: "redis:7-alpine", port: 6379, transport: tcp }
  shop:
    dockerfile: Dockerfile.shop
    port: 8080
    ingress: external
    health_path: /ready
    cpu: 0.25
    memory: 0.5Gi
    min_replicas: 1
    max_replicas: 4
    migration: { command: "./migrate.sh" }
    probes: { liveness: { path: /alive, period: 20 } }
    env:
      MODE: live
      WORKERS: 3
      DATABASE_URL: { secret: DATABASE-URL }
      PAYMENT_KEY: { secret: payment_key }
      CACHE: { service: cache, format: "redis://{address}" }
      MAILER: { service: mailer }
  mailer: { dockerfile: Dockerfile.mailer, port: 9000, consumer: true }
secrets: { payment_key: "env:PAYMENT_KEY" }
`;

interface LiveApp {
  readonly body: {
    location: string;
    properties: {
      template: {
        containers: {
          env: { name: string; value?: string; secretRef?: string }[];
          probes: { type: string; httpGet?: { path: string } }[];
          resources: unknown;
        }[];
        scale: unknown;
      };
      configuration: { ingress: Record<string, unknown>; secrets: { name: string; keyVaultUrl: string }[] };
    };
  };
}

/** Nothing is left but what Azure keeps of deleted things. */
async function isDestroyed(sandbox: Sandbox, args: readonly string[]): Promise<void> {
  const gone = await sandbox.run(['destroy', ...args, '--confirm', 'default']);
  expect(gone.exitCode, gone.stderr).toBe(0);
  const { resources } = JSON.parse(await sandbox.read('.draftgenie-deploy/simulator/cloud.json')) as {
    resources: Record<string, object>;
  };
  expect(Object.keys(resources)).toEqual([]);
}

describe('an application of one’s own', () => {
  it('lives in a resource group whose name is in any script', async () => {
    const sandbox = await createSandbox();
    await sandbox.write('own.yaml', PREBUILT_CONFIG.replace('shop-rg', 'группа-ü.1'));
    const args = ['--config', 'own.yaml', '--simulate', '--simulator-profile', 'instant', '--auto-approve'];
    const env = { PAYMENT_KEY: 'canary-payment' };
    const first = await sandbox.run(args, { env });
    expect(first.exitCode, first.stderr).toBe(0);
    expect((await sandbox.run(args, { env })).stdout).toContain('0 executed, 14 skipped');
    expect((await sandbox.run(['drift', ...args.slice(0, -1)], { env })).stdout).toContain('No drift');
    await isDestroyed(sandbox, args.slice(0, -1));
  });

  it('is deployed as its configuration describes it', async () => {
    const sandbox = await createSandbox();
    const own = join(sandbox.directory, 'own');
    await mkdir(own);
    await writeFile(join(own, 'config.yaml'), CONFIG);
    await writeFile(
      join(own, 'Dockerfile.shop'),
      'FROM node:24-alpine\nCOPY server.js migrate.sh ./\nEXPOSE 8080\nCMD ["node", "server.js"]\n',
    );
    await writeFile(
      join(own, 'Dockerfile.mailer'),
      'FROM node:24-alpine\nCOPY server.js ./\nEXPOSE 9000\nCMD ["node", "server.js"]\n',
    );
    await writeFile(join(own, 'server.js'), '');
    await writeFile(join(own, 'migrate.sh'), '#!/bin/sh\n');
    const args = [
      '--config',
      'own/config.yaml',
      '--simulate',
      '--simulator-profile',
      'instant',
      '--auto-approve',
      '--output',
      'json',
    ];
    const result = await asPlanned(sandbox, () => sandbox.run(args, { env: { PAYMENT_KEY: 'canary-payment' } }));
    expect(result.exitCode, `${result.stderr}${result.stdout.slice(-1500)}`).toBe(0);

    const { resources } = JSON.parse(await sandbox.read('.draftgenie-deploy/simulator/cloud.json')) as {
      resources: Record<string, LiveApp>;
    };
    const live = (suffix: string): LiveApp => {
      const found = Object.entries(resources).find(([id]) => id.endsWith(suffix.toLowerCase()));
      if (!found) throw new Error(`there is no ${suffix}`);
      return found[1];
    };
    const { template, configuration } = live('/containerApps/shop').body.properties;
    const [container] = template.containers;
    const env = Object.fromEntries(
      container?.env.map(({ name, value, secretRef }) => [name, value ?? secretRef]) ?? [],
    );
    expect(env).toMatchObject({
      MODE: 'live',
      WORKERS: '3',
      DATABASE_URL: 'database-url',
      PAYMENT_KEY: 'payment-key',
      CACHE: 'redis://cache:6379',
    });
    expect(env.MAILER).toMatch(/^https:\/\/mailer\.internal\./);
    expect(container?.probes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'Liveness', httpGet: { path: '/alive', port: 8080 }, periodSeconds: 20 }),
        expect.objectContaining({ type: 'Startup', httpGet: { path: '/ready', port: 8080 } }),
      ]),
    );
    expect(template.scale).toMatchObject({ minReplicas: 1, maxReplicas: 4 });
    expect(configuration.secrets.map(({ name }) => name)).toEqual(['database-url', 'payment-key']);
    expect(live('/containerApps/cache').body.properties.configuration.ingress).toMatchObject({
      transport: 'tcp',
      exposedPort: 6379,
      external: false,
    });
    expect(live('/flexibleServers/shop-postgres').body.location).toBe('northeurope');
    expect(result.stdout).not.toContain('canary-payment');

    const changed = await asPlanned(sandbox, () => sandbox.run(args, { env: { PAYMENT_KEY: 'canary-rotated' } }));
    expect(changed.events.at(-1)).toMatchObject({ status: 'succeeded' });
    const executed = (changed.events.at(-1) as unknown as { executed: string[] }).executed;
    expect(executed).toEqual(
      expect.arrayContaining(['store_secrets', 'deploy_application_services', 'verify_deployment']),
    );
    expect(executed).not.toContain('build_and_push_images');
    await isDestroyed(sandbox, args.slice(0, 5));
  });
});
