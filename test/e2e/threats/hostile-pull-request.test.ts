import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/domain/plan-schema.ts';
import { createSandbox, type Sandbox } from '../../helpers/cli.ts';
import { type SimulatedAzure, simulatedAzure } from '../../helpers/http/simulated-azure.ts';

const CANARY = 'canary-7f3e-in-the-environment';

const FILE_CANARY = 'canary-c04d-in-a-file';

const HEAD = `azure: { resource_group: shop-rg, location: eastus, project_name: shop }
key_vault: { name: shop-kv }
container_registry: { name: shopregistry }
`;
const WEB =
  '  web: { image: "nginx:1.27", port: 80, ingress: external, health_path: "/", env: { KEY: { secret: token } } }\n';
const BUILT = '  api: { port: 3000, dockerfile: Dockerfile }\n';
const TRUSTED = `${HEAD}secrets: { token: "env:TOKEN", made: "" }\nservices:\n${WEB}${BUILT}`;

/** What a stranger may write to learn something, to reach something, or to have something done. */
const HOSTILE: Readonly<Record<string, string>> = {
  'secrets, keys, actions, names, and the docker of this machine': `${HEAD}docker: { builder: local }
storage: { account: shopevil, shares: { media: { quota: 5 } } }
secrets: { token: "env:AZURE_CLIENT_SECRET", other: "keyvault:made", lit: "hush-hush-hush" }
resources:
  bus:
    type: Microsoft.ServiceBus/namespaces
    api_version: "2024-01-01"
    name: shop-bus
    body: { sku: { name: Basic } }
    secrets: { key: { action: "AuthorizationRules/RootManageSharedAccessKey/listKeys", path: primaryKey } }
services:
${WEB.replace('port: 80,', 'port: 80, domains: [{ name: names.evil.example }],')}${BUILT}
  leak: { image: "nginx:1.27", port: 80, env: { A: { secret: other }, L: { secret: lit }, B: "\${{key_vault.uri}}" } }
  more: { port: 80, dockerfile: Dockerfile }
`,
  'a repository, registries and a storage account of its own': `${HEAD}docker: { source: "https://inside.example/a.git" }
registries: { evil.example: { username: u, password: "env:TOKEN" } }
advanced: { state_storage: blob, state_blob_account: evilaccount }
secrets: { token: "env:TOKEN" }
services:
${WEB}  own: { image: "evil.example/x:1", port: 80 }
  foreign: { image: "ghcr.io/evil/x:1", port: 80 }
${BUILT}`,
  'a state in a file of this machine': `${TRUSTED}advanced: { state_file: "/etc/passwd" }\n`,
};

const ENV = { TOKEN: CANARY, TAG: CANARY };

async function deployed(): Promise<{ readonly sandbox: Sandbox; readonly azure: SimulatedAzure }> {
  const azure = await simulatedAzure();
  const sandbox = await createSandbox();
  await sandbox.write('app/Dockerfile', 'FROM nginx:1.27\nCOPY Dockerfile /x\n');
  await sandbox.write('app/config.yaml', TRUSTED);
  const done = await azure.run(sandbox, ['--config', 'app/config.yaml', '--auto-approve'], ENV);
  expect(done.exitCode, done.stderr).toBe(0);
  return { sandbox, azure };
}

const PLAN = ['plan', '--config', 'app/config.yaml', '--untrusted', '--output', 'json'];

describe('a pull request of a stranger', () => {
  it('has its configuration planned by questions to Resource Manager alone, and learns no secret', async () => {
    const { sandbox, azure } = await deployed();
    const before = { requests: azure.simulator.requests().length, asked: azure.asked.length };
    const plan = async (text: string, ...more: readonly string[]) => {
      await sandbox.write('app/config.yaml', text);
      return await azure.run(sandbox, [...PLAN, ...more], ENV);
    };

    const same = await plan(TRUSTED, '--detailed-exitcode');
    expect([same.exitCode, same.stderr]).toEqual([0, '']);
    const { unseen } = (JSON.parse(same.stdout) as { plan: Plan }).plan;
    expect(unseen?.join('\n')).toContain('so that their values count as they were');
    const changed = await plan(TRUSTED.replace('nginx:1.27', 'nginx:1.28'), '--detailed-exitcode');
    expect([changed.exitCode, changed.stdout]).toEqual([2, expect.stringContaining('nginx:1.28')]);

    for (const [what, text] of Object.entries(HOSTILE)) {
      const { exitCode, stdout, stderr } = await plan(text, '--refresh');
      expect(stdout, `${what}: ${stderr}`).toContain('"type":"plan"');
      expect([what, exitCode]).toEqual([what, 0]);
      expect(stdout + stderr).not.toMatch(/canary-|hush-hush/);
    }

    const requests = azure.simulator.requests().slice(before.requests);
    const others = requests.filter(({ host, method }) => host !== 'management.azure.com' || method !== 'GET');
    expect(new Set(others.map(({ host }) => host))).toEqual(new Set(['login.microsoftonline.com']));
    expect(requests.length).toBeGreaterThan(20);
    const targets = (from: number) => new Set(azure.asked.slice(from).map(({ target }) => target));
    expect(targets(before.asked)).toEqual(
      new Set(['CONNECT management.azure.com:443', 'CONNECT login.microsoftonline.com:443']),
    );
    // That is because of the option: a plan of people who may deploy asks more.
    const { length } = azure.asked;
    await sandbox.write('app/config.yaml', TRUSTED);
    expect((await azure.run(sandbox, ['plan', '--config', 'app/config.yaml'], ENV)).exitCode).toBe(0);
    expect(targets(length)).toContain('CONNECT shop-kv.vault.azure.net:443');
  });

  it('fills in no variable but those that the command names', async () => {
    const { run, simulator } = await simulatedAzure();
    const sandbox = await createSandbox();
    await sandbox.write('app/config.yaml', `interpolate: true\n${TRUSTED}tags: { t: "\${TAG}" }\n`);
    const unset = await run(sandbox, PLAN, ENV);
    expect([unset.exitCode, unset.stderr]).toEqual([64, expect.stringContaining('the variable TAG is not set')]);
    expect(simulator.requests()).toEqual([]);
  });

  it('reads no file of this machine through links: as configuration, overlay, state, or source of an image', async () => {
    const { run, simulator } = await simulatedAzure();
    const sandbox = await createSandbox();
    const secret = join(sandbox.directory, 'secret.txt');
    await writeFile(secret, `${FILE_CANARY}: [${FILE_CANARY}\n`);
    const attempt = async (path: string, args: readonly string[] = []) => {
      const { exitCode, stdout, stderr } = await run(sandbox, [...PLAN, ...args], ENV);
      expect(stdout + stderr, path).not.toContain(FILE_CANARY);
      return [exitCode, stderr] as const;
    };
    const refused = [64, expect.stringContaining('error: link_refused')];
    await mkdir(join(sandbox.directory, 'linked'));
    await symlink(secret, join(sandbox.directory, 'linked/config.yaml'));
    expect(await attempt('configuration', ['--config', 'linked/config.yaml'])).toEqual(refused);
    await symlink('linked', join(sandbox.directory, 'folder'));
    expect(await attempt('folder', ['--config', 'folder/config.yaml'])).toEqual(refused);
    await sandbox.write('app/config.yaml', TRUSTED);
    await symlink(secret, join(sandbox.directory, 'app/config.qa.yaml'));
    expect(await attempt('overlay', ['--environment', 'qa'])).toEqual(refused);
    await symlink(secret, join(sandbox.directory, 'app/Dockerfile'));
    expect(await attempt('Dockerfile')).toEqual([1, expect.stringContaining('error: source_invalid')]);
    await symlink(secret, join(sandbox.directory, '.azure-deployment-state-v1.json'));
    expect(await attempt('state')).toEqual(refused);
    expect(simulator.requests().filter(({ method }) => !['GET', 'POST'].includes(method))).toEqual([]);
  });
});
