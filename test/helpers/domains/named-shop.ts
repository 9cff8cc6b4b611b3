import { join } from 'node:path';
import { expect } from 'vitest';
import { startSimulator } from '../../../src/simulator/simulator.ts';
import { type CliResult, createSandbox, type Sandbox } from '../cli.ts';
import { asPlanned } from '../plan/as-planned.ts';
import { byHand } from '../plan/cloud-by-hand.ts';

const ZONE = 'example.org';

export interface NamedShop {
  readonly sandbox: Sandbox;
  readonly zone: string;
  /** Writes the configuration with these names of the one service, and deploys it as planned. */
  deploy(domains: string, more?: string, args?: readonly string[]): Promise<CliResult>;
  run(...args: string[]): Promise<CliResult>;
}

/** A service that is reached from the internet, in a cloud that has a zone of somebody's for its names. */
export async function namedShop(): Promise<NamedShop> {
  const sandbox = await createSandbox();
  await sandbox.write('Dockerfile', 'FROM node:24-alpine\nCOPY server.js ./\nCMD ["node", "server.js"]\n');
  await sandbox.write('server.js', '');
  const zone = await makeZone(sandbox);
  const simulate = ['--config', 'own.yaml', '--simulate', '--simulator-profile', 'instant'];
  return {
    sandbox,
    zone,
    async deploy(domains, more = '', args = []) {
      await sandbox.write('own.yaml', shop(domains, more));
      return await asPlanned(sandbox, () => sandbox.run([...simulate, '--auto-approve', '--output', 'json', ...args]));
    },
    run: (...args) => sandbox.run([...args, ...simulate]),
  };
}

export function shop(domains: string, more = ''): string {
  return `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
container_registry: { name: shopregistry }
key_vault: { name: shop-vault-1 }
services:
  web: { dockerfile: Dockerfile, port: 8080, ingress: external${domains === '' ? '' : `, domains: ${domains}`} }
${more}`;
}

async function makeZone(sandbox: Sandbox): Promise<string> {
  return await byHand(sandbox, async (arm) => {
    const [subscription] = await arm.list('/subscriptions', '2022-12-01');
    await arm.post(`${subscription?.id}/providers/Microsoft.Network/register`, '2021-04-01');
    const group = `${subscription?.id}/resourceGroups/names-rg`;
    await arm.put(group, '2025-04-01', { location: 'westeurope' });
    const zone = `${group}/providers/Microsoft.Network/dnsZones/${ZONE}`;
    await arm.put(zone, '2018-05-01', { location: 'global' });
    return zone;
  });
}

/** Writes the public DNS of the sandbox's cloud between two commands. */
export async function writeNames(
  sandbox: Sandbox,
  records: readonly { readonly name: string; readonly type: string; readonly data: readonly string[] }[],
): Promise<void> {
  const stateFile = join(sandbox.directory, '.draftgenie-deploy/simulator/cloud.json');
  const simulator = await startSimulator({ profile: 'instant', stateFile });
  simulator.writeDns({ records });
  await simulator.close();
}

export function succeeded(result: CliResult): CliResult {
  expect(result.exitCode, `${result.stderr}${result.stdout.slice(-3000)}`).toBe(0);
  return result;
}
