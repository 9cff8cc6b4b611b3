import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CliResult, createSandbox, type Sandbox } from '../../helpers/cli.ts';
import { asPlanned, planOf } from '../../helpers/plan/as-planned.ts';
import { writeTree } from '../../helpers/temp.ts';

const CONFIG = `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
container_registry: { name: shopregistry }
key_vault: { name: shop-vault-1 }
secrets: { npm_token: "env:NPM_TOKEN" }
services:
  api: { build: ./apps/api, port: 8080 }
  web:
    port: 8081
    ingress: external
    build:
      context: apps/web
      dockerfile: Dockerfile.prod
      target: app
      args: { VERSION: 1.10, NAME: "a shop's $HOME" }
      secrets: { npm: npm_token }
  worker: { build: { context: apps/worker }, port: 8082 }
`;

const TREE = {
  'shop/config.yaml': CONFIG,
  'shop/apps/api/Dockerfile': 'FROM node:24-alpine\nCOPY . .\nEXPOSE 8080\n',
  'shop/apps/api/server.js': '1',
  'shop/apps/web/Dockerfile.prod': [
    'FROM --platform=$BUILDPLATFORM node:24 AS build',
    'ARG VERSION',
    'ARG NAME',
    'RUN --mount=type=secret,id=npm,required=true cat /run/secrets/npm',
    'COPY --chmod=755 server.js v$VERSION.txt ./',
    'FROM node:24 AS app',
    'COPY --from=build / /',
    'EXPOSE 8081',
    'FROM node:24 AS tests',
    'COPY nowhere .',
    '',
  ].join('\n'),
  'shop/apps/web/server.js': '1',
  'shop/apps/web/v1.10.txt': '1',
  'shop/apps/worker/Dockerfile':
    'FROM node:24\nRUN --mount=type=cache,target=/root/.npm npm ci\nCOPY . .\nEXPOSE 8082\n',
  'shop/apps/worker/server.js': '1',
};

const ARGS = [
  '--config',
  'shop/config.yaml',
  '--simulate',
  '--simulator-profile',
  'instant',
  '--auto-approve',
  '--output',
  'json',
];

async function shop(): Promise<{ readonly sandbox: Sandbox; deploy(token?: string): Promise<CliResult> }> {
  const sandbox = await createSandbox();
  await writeTree(sandbox.directory, TREE);
  return {
    sandbox,
    deploy: (token = 'canary-npm-1') => asPlanned(sandbox, () => sandbox.run(ARGS, { env: { NPM_TOKEN: token } })),
  };
}

/** Images that were asked for, with the kind of request. */
async function buildsOf(sandbox: Sandbox): Promise<readonly string[]> {
  const asked = (await sandbox.requests()).filter(
    ({ path, status }) => path.endsWith('/scheduleRun') && status === 200,
  );
  return asked.map(({ body }) => {
    const { type, imageNames, encodedTaskContent } = body as {
      type: string;
      imageNames?: string[];
      encodedTaskContent?: string;
    };
    const text = imageNames?.join() ?? Buffer.from(encodedTaskContent ?? '', 'base64').toString('utf8');
    const step = imageNames ? type : Object.keys((JSON.parse(text) as { steps: object[] }).steps[0] ?? {})[1];
    return `${step} ${/shop\/(\w+):/.exec(text)?.[1]}`;
  });
}

/** Everything that the product keeps; the cloud of the simulator knows secrets, as Azure does. */
async function filesOf(sandbox: Sandbox): Promise<string> {
  const names = await readdir(sandbox.directory, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile() && !entry.parentPath.includes('simulator'));
  return (await Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8')))).join('\n');
}

function succeeded(result: CliResult): void {
  expect(result.exitCode, `${result.stderr}${result.stdout.slice(-2000)}`).toBe(0);
}

describe('builds with contexts of their own', () => {
  it('run by the builder that each Dockerfile needs, and again only for what changed', async () => {
    const { sandbox, deploy } = await shop();
    const first = await deploy();
    succeeded(first);
    expect([...(await buildsOf(sandbox))].sort()).toEqual(['DockerBuildRequest api', 'build worker', 'cmd web']);
    const { warnings } = planOf(first);
    expect(warnings.filter((one) => one.includes('scanner'))).toEqual([
      expect.stringMatching(/^web: Dockerfile\.prod:1: ACR's scanner of base images cannot read "FROM --platform/),
    ]);
    expect(first.stdout).not.toContain('canary-npm');
    expect(first.stdout).toContain('#7 0.100 ***');
    expect((await filesOf(sandbox)).includes('canary-npm')).toBe(false);

    const same = await deploy();
    succeeded(same);
    expect(same.events.at(-1)).toMatchObject({ executed: [] });

    const rebuilt = async (change: () => Promise<CliResult>): Promise<readonly string[]> => {
      const before = (await buildsOf(sandbox)).length;
      succeeded(await change());
      return (await buildsOf(sandbox)).slice(before);
    };
    await sandbox.write('shop/apps/worker/server.js', '2');
    expect(await rebuilt(() => deploy())).toEqual(['build worker']);
    expect(await rebuilt(() => deploy('canary-npm-2'))).toEqual(['cmd web']);
    await sandbox.write('shop/config.yaml', CONFIG.replace("a shop's", 'the'));
    expect(await rebuilt(() => deploy('canary-npm-2'))).toEqual(['cmd web']);
    expect((await filesOf(sandbox)).includes('canary-npm')).toBe(false);
  });

  it('that cannot be are refused before anything is made', async () => {
    const { sandbox, deploy } = await shop();
    await sandbox.write(
      'shop/config.yaml',
      CONFIG.replace('target: app', 'target: prod').replace('apps/api', 'apps/none'),
    );
    const refused = await deploy();
    expect(refused.exitCode, refused.stderr).toBe(1);
    const told = `${refused.stderr}${refused.stdout}`;
    expect(told).toContain('web: Dockerfile.prod:1: no stage is called prod, which is the target');
    expect(told).toContain('api: Dockerfile: no such Dockerfile in the build context');
    expect((await sandbox.requests()).filter(({ method }) => method === 'PUT')).toEqual([]);
  });
});
