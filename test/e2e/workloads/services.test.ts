import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../../src/shared/json.ts';
import { createSandbox, type Sandbox } from '../../helpers/cli.ts';
import { handOf } from '../../helpers/cloud/changes-by-hand.ts';
import { byHand } from '../../helpers/plan/cloud-by-hand.ts';
import { deployOwn, OWN_SIMULATED } from '../../helpers/plan/deploy-own.ts';

/** Of each capability of services something: builds of their own, containers beside and before, volumes, ingress, scale. */
const config = ({ version = '1.0', replicas = 4, most = 50 } = {}): string => `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
container_registry: { name: shopregistry }
key_vault: { name: shop-vault-1 }
secrets: { token: "" }
services:
  web:
    build: { context: web, target: app, args: { VERSION: ${version} }, secrets: {} }
    port: 8080
    ingress: external
    command: [node, server.js]
    args: [--verbose]
    ports: [9090]
    max_replicas: ${replicas}
    scale: { http: ${most}, cpu: 70, cooldown: 60 }
    cors: { origins: ["https://example.org"], max_age: 60 }
    ip_rules: { allow: { office: 203.0.113.0/24 } }
    termination_grace: 60
    probes: { liveness: { kind: http, path: /live }, readiness: { kind: tcp, port: 8080 } }
    volumes: { scratch: {}, certs: { secrets: { tls.key: token } } }
    mounts: { /tmp/work: scratch, /etc/certs: certs }
    init: [{ name: prepare, args: [now], mounts: { /out: scratch } }]
    sidecars: [{ name: proxy, image: "envoyproxy/envoy:v1.31", args: [-c, /etc/envoy.yaml], env: { MODE: live } }]
  rpc: { build: ./rpc, port: 50051, transport: http2, probes: { readiness: { kind: tcp, port: 50051 } } }
  worker:
    build: ./web
    depends_on: [rpc]
    max_replicas: 5
    scale:
      polling_interval: 10
      rules: { jobs: { type: rabbitmq, metadata: { queueName: jobs, mode: QueueLength, value: 20 }, secrets: { host: token } } }
`;

async function sources(sandbox: Sandbox): Promise<void> {
  for (const [folder, port] of Object.entries({ web: 8080, rpc: 50051 })) {
    await mkdir(join(sandbox.directory, folder), { recursive: true });
    await sandbox.write(
      `${folder}/Dockerfile`,
      `FROM node:24-alpine AS app\nARG VERSION\nCOPY server.js ./\nEXPOSE ${port}\nCMD ["node", "server.js"]\nFROM app\n`,
    );
    await sandbox.write(`${folder}/server.js`, `// ${folder}\n`);
  }
}

interface Body {
  readonly configuration: JsonObject & { readonly ingress: JsonObject };
  readonly template: JsonObject & { readonly containers: readonly JsonObject[]; readonly scale: JsonObject };
}

/** What somebody does in the portal: one thing of each capability. */
async function meddle(sandbox: Sandbox): Promise<void> {
  await byHand(sandbox, async (arm) => {
    const hand = handOf(arm, (await sandbox.state()).resources['resource-group']?.id ?? '');
    const web = (await hand.get('Microsoft.App/containerApps/web', '2026-07-01')).properties as unknown as Body;
    const containers = web.template.containers.map((one) =>
      one.name === 'proxy' ? { ...one, image: 'envoyproxy/envoy:v1.30' } : { ...one, args: ['--quiet'] },
    );
    await hand.patch('Microsoft.App/containerApps/web', '2026-07-01', {
      properties: {
        configuration: { ingress: { ...web.configuration.ingress, corsPolicy: null, ipSecurityRestrictions: null } },
        template: {
          ...web.template,
          containers,
          initContainers: [],
          terminationGracePeriodSeconds: 5,
          scale: { ...web.template.scale, maxReplicas: 9, rules: [] },
          revisionSuffix: 'by-hand',
        },
      },
    });
  });
}

it('deploys services with all that they may say, skips all, changes what was changed, repairs what was meddled with, and deletes', async () => {
  const sandbox = await createSandbox();
  await sources(sandbox);
  const first = await deployOwn(sandbox, config());
  expect(first.executed).toEqual(expect.arrayContaining(['build_and_push_images', 'verify_deployment']));
  expect((await deployOwn(sandbox, config())).executed).toEqual([]);

  // Nothing is built for the scale, and one image for another argument of its build.
  const scaled = await deployOwn(sandbox, config({ replicas: 6, most: 80 }));
  expect(scaled.executed).not.toContain('build_and_push_images');
  expect(scaled.text).toContain('services.web.scale.http');
  const builds = async () => (await sandbox.requests()).filter(({ path }) => path.endsWith('/scheduleRun')).length;
  const before = await builds();
  const built = await deployOwn(sandbox, config({ replicas: 6, most: 80, version: '1.10' }));
  expect(built.executed).toContain('build_and_push_images');
  expect((await builds()) - before).toBe(1);

  const drift = async (...args: string[]) => (await sandbox.run(['drift', ...OWN_SIMULATED, ...args])).stdout;
  expect(await drift()).toContain('No drift');
  await meddle(sandbox);
  const found = await drift();
  for (const place of [
    ...['ingress.corsPolicy.maxAge: 60', 'ingress.ipSecurityRestrictions[office]', 'initContainers[prepare]'],
    ...['terminationGracePeriodSeconds: 60 → 5', 'scale.maxReplicas: 6 → 9', 'scale.rules[http]', 'scale.rules[cpu]'],
    // What may hold a secret is compared, and not shown.
    ...['containers[proxy].image: envoyproxy/envoy:v1.31 → envoyproxy/envoy:v1.30', 'containers[web].args: the value'],
  ])
    expect(found, place).toContain(place);
  expect(found).not.toContain('--quiet');
  await drift('--fix', '--auto-approve');
  expect(await drift()).toContain('No drift');
  expect((await deployOwn(sandbox, config({ replicas: 6, most: 80, version: '1.10' }))).executed).toEqual([]);

  const gone = await sandbox.run(['destroy', ...OWN_SIMULATED, '--confirm', 'default']);
  expect(gone.exitCode, `${gone.stderr}${gone.stdout.slice(-1500)}`).toBe(0);
  const cloud = JSON.parse(await sandbox.read('.draftgenie-deploy/simulator/cloud.json')) as { resources: JsonObject };
  const left = Object.keys(cloud.resources).filter(
    (id) => id.includes('/containerapps/') && isJsonObject(cloud.resources[id] ?? null),
  );
  expect(left).toEqual([]);
});
