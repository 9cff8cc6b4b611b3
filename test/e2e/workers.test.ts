import { expect, it } from 'vitest';
import { createSandbox } from '../helpers/cli.ts';
import { asPlanned } from '../helpers/plan/as-planned.ts';

const config = (command: string): string => `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
container_registry: { name: shopregistry }
key_vault: { name: shop-vault-1 }
services:
  worker: { dockerfile: Dockerfile.worker, command: ${command}, depends_on: [grpc], termination_grace: 120 }
  grpc:
    dockerfile: Dockerfile.grpc
    port: 50051
    transport: http2
    sidecars: [{ name: proxy, image: "envoyproxy/envoy:v1.31", args: [-c, /etc/envoy.yaml], env: { MODE: live } }]
    init: [{ name: prepare, command: ./prepare.sh }]
`;

it('deploys a worker without a port beside a service of gRPC with a sidecar, skips all, and changes what was changed', async () => {
  const sandbox = await createSandbox();
  await sandbox.write('Dockerfile.worker', 'FROM node:24-alpine\nCOPY worker.js ./\nCMD ["node", "worker.js"]\n');
  await sandbox.write(
    'Dockerfile.grpc',
    'FROM node:24-alpine\nCOPY server.js ./\nEXPOSE 50051\nCMD ["node", "server.js"]\n',
  );
  await sandbox.write('worker.js', '');
  await sandbox.write('server.js', '');
  const args = [
    '--config',
    'own.yaml',
    '--simulate',
    '--simulator-profile',
    'instant',
    '--auto-approve',
    '--output',
    'json',
  ];
  const deploy = async (command: string) => {
    await sandbox.write('own.yaml', config(command));
    const result = await asPlanned(sandbox, () => sandbox.run(args));
    expect(result.exitCode, `${result.stderr}${result.stdout.slice(-1500)}`).toBe(0);
    return { ...(result.events.at(-1) as unknown as { executed: string[]; skipped: string[] }), text: result.stdout };
  };

  const first = await deploy('[node, worker.js]');
  expect(first.executed).toContain('verify_deployment');
  expect((await deploy('[node, worker.js]')).executed).toEqual([]);

  const changed = await deploy('[node, other.js]');
  expect(changed.executed).toEqual([
    'deploy_application_services',
    'configure_environment_variables',
    'verify_deployment',
  ]);
  expect(changed.text).toContain('services.worker.command');
  const drift = await sandbox.run(['drift', '--config', 'own.yaml', '--simulate', '--simulator-profile', 'instant']);
  expect(drift.stdout).toContain('No drift');
});
