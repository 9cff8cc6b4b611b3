import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isJsonObject, jsonAt } from '../../../src/shared/json.ts';
import type { FaultRule } from '../../../src/simulator/faults.ts';
import { deleteSecret, recoverSecret } from '../../../src/simulator/key-vault/secret-store.ts';
import type { CloudState } from '../../../src/simulator/store.ts';
import { type CliResult, createSandbox } from '../../helpers/cli.ts';
import { type DeployedByUs, deployedByUs, SIMULATE } from '../../helpers/hand/deployed-by-us.ts';
import { FOREIGN_CHANGES, SECRET_CHANGES } from '../../helpers/hand/foreign-changes.ts';
import type { HandChange, VaultChange } from '../../helpers/hand/hand-change.ts';
import { simulatedAzure } from '../../helpers/http/simulated-azure.ts';
import { tempFolder } from '../../helpers/temp.ts';

let deployed: DeployedByUs;
let remove: () => Promise<void>;
beforeAll(async () => {
  const folder = await tempFolder();
  remove = folder.remove;
  deployed = await deployedByUs(folder.path);
});
afterAll(() => remove());
beforeEach(() => deployed.reset());

function named(what: string): HandChange | VaultChange {
  const found = [...FOREIGN_CHANGES, ...SECRET_CHANGES].find((change) => change.what === what);
  if (!found) throw new Error(`nobody does that: ${what}`);
  return found;
}

async function deploys(args: readonly string[] = []): Promise<void> {
  const result = await deployed.sandbox.deploy(args);
  expect(result.exitCode, result.stderr + result.stdout.slice(-3000)).toBe(0);
}

/** Fails before it has written much: it is told what is wrong at once. */
async function isRefusedAtOnce(): Promise<CliResult> {
  const since = (await deployed.sandbox.requests()).length;
  const result = await deployed.sandbox.deploy();
  expect(result.exitCode).toBe(1);
  const writes = (await deployed.sandbox.requests())
    .slice(since)
    .filter(({ method, path }) => ['PUT', 'PATCH'].includes(method) && /\/containerApps\//i.test(path));
  expect(writes.length).toBeLessThan(6);
  expect(result.stdout).not.toMatch(/"hint":"[^"]*\brole/);
  return result;
}

async function referencesOf(name: string): Promise<readonly string[]> {
  const { resources } = await deployed.cloud();
  const app = Object.values(resources).find(({ id }) => id.endsWith(`/containerApps/${name}`));
  const secrets = jsonAt(app?.body ?? {}, 'properties.configuration.secrets');
  return Array.isArray(secrets) ? secrets.filter(isJsonObject).map((one) => String(one.name)) : [];
}

/** Somebody does that to a secret of the vault. */
function inVault(name: string, act: (vault: CloudState['secrets'][string]) => void): VaultChange {
  return {
    what: `something happens to ${name}`,
    isOurs: false,
    expected: [],
    edit: ({ secrets }) => Object.values(secrets).forEach(act),
  };
}

describe('what was seen: 3. A secret added by hand broke an app for good, and one that was dropped stayed for ever', () => {
  it('one added by hand is told as drift, and the app is deployed with it again and again', async () => {
    await deployed.byHand([named('an app has a secret of somebody else, with a value')]);
    expect((await deployed.drift()).told.join('\n')).toContain(
      'app:speaker_service properties.configuration.secrets[partner-token]',
    );
    for (const replicas of [4, 5]) {
      await deployed.editConfig((text) => text.replace(/max_replicas: [345]/g, `max_replicas: ${replicas}`));
      await deploys();
      expect(await referencesOf('speaker-service')).toContain('partner-token');
    }
  });

  it('one that the configuration drops goes once no revision reads it, and may then be deleted in the vault', async () => {
    const { editConfig, byHand } = deployed;
    await editConfig((text) =>
      text
        .replace('port: 3002,', 'port: 3002, env: { EXTRA_KEY: { secret: "extra_key" } },')
        .replace('\nsecrets:\n', '\nrelease:\n  keep: 1\nsecrets:\n  extra_key: "env:EXTRA_KEY"\n'),
    );
    await deploys();
    expect(await referencesOf('draft-service')).toContain('extra-key');
    await editConfig((text) =>
      text.replace(' env: { EXTRA_KEY: { secret: "extra_key" } },', '').replace('  extra_key: "env:EXTRA_KEY"\n', ''),
    );
    await deploys();
    // The revision before reads it.
    expect(await referencesOf('draft-service')).toContain('extra-key');

    await byHand([
      inVault('EXTRA-KEY', (vault) => {
        if (vault['extra-key']) deleteSecret(vault, vault['extra-key'], Date.now() / 1000);
      }),
    ]);
    await editConfig((text) => text.replaceAll('max_replicas: 3', 'max_replicas: 4'));
    const refused = await isRefusedAtOnce();
    expect(refused.stdout).toMatch(/the secret EXTRA-KEY is not there/);
    expect(refused.stdout).toContain('must stay as long as a revision reads it');

    await byHand([
      inVault('EXTRA-KEY', (vault) => {
        if (vault['extra-key']) recoverSecret(vault, vault['extra-key']);
      }),
    ]);
    for (const replicas of [4, 5, 6]) {
      await editConfig((text) => text.replace(/max_replicas: [3456]/g, `max_replicas: ${replicas}`));
      await deploys();
    }
    expect(await referencesOf('draft-service')).not.toContain('extra-key');
    await byHand([
      inVault('EXTRA-KEY', (vault) => {
        if (vault['extra-key']) deleteSecret(vault, vault['extra-key'], Date.now() / 1000);
      }),
    ]);
    await editConfig((text) => text.replaceAll('max_replicas: 6', 'max_replicas: 7'));
    await deploys();
  });
});

describe('what was seen: 4. Refusals were taken for a role that is too fresh', () => {
  it('a disabled secret is named by plan, drift and the error of a deployment at once', async () => {
    await deployed.byHand([named('a secret that an app reads is disabled')]);
    expect((await deployed.drift()).told.join('\n')).toMatch(/JWT-SECRET.*disabled/);
    const plan = await deployed.sandbox.run(['plan', '--refresh', ...SIMULATE]);
    expect(plan.stdout).toMatch(/JWT-SECRET.*disabled/);
    await deployed.editConfig((text) => text.replaceAll('max_replicas: 3', 'max_replicas: 4'));
    expect((await isRefusedAtOnce()).stdout).toMatch(/JWT-SECRET[^\n]*disabled/);
  });

  const ROLES = 'PUT /providers/Microsoft.Authorization/roleAssignments/';
  it.each<[string, FaultRule, RegExp, string]>([
    [
      'a principal that the directory does not know',
      {
        match: { method: 'PUT', path: '/roleAssignments/' },
        fault: { kind: 'status', status: 400, code: 'PrincipalNotFound' },
      },
      /sign in to the subscription's own tenant/,
      ROLES,
    ],
    [
      'a token of another tenant',
      {
        match: { method: 'PUT', path: '/roleAssignments/' },
        fault: { kind: 'status', status: 401, code: 'InvalidAuthenticationTokenTenant' },
      },
      /The sign-in is in another tenant than the subscription or the vault/,
      ROLES,
    ],
    [
      'a token of another tenant, at the vault',
      {
        match: { host: '.vault.azure.net' },
        fault: {
          kind: 'status',
          status: 401,
          body: JSON.stringify({ error: { code: 'Unauthorized', message: 'AKV10032: Invalid issuer.' } }),
        },
      },
      /The sign-in is in another tenant than the subscription or the vault/,
      'GET /secrets',
    ],
    [
      'a token of a pipeline that has expired',
      {
        match: { host: 'login.microsoftonline.com', method: 'POST' },
        fault: {
          kind: 'status',
          status: 401,
          body: JSON.stringify({
            error: 'invalid_client',
            error_description: 'AADSTS700024: Client assertion is not within its valid time range.',
          }),
        },
      },
      /pipeline's OIDC token has expired/,
      'POST /oauth2',
    ],
  ])('%s ends the deployment at once, with the advice that fits it', async (_, rule, advice, asked) => {
    const { simulator, run } = await simulatedAzure();
    simulator.addFault(rule);
    const result = await run(await createSandbox(), [
      '--config',
      'app/config.yaml',
      '--auto-approve',
      '--output',
      'json',
    ]);
    expect(result.exitCode, result.stderr).toBe(1);
    expect(result.stdout + result.stderr).toMatch(advice);
    expect(result.stdout + result.stderr).not.toMatch(/az login|lacks a role/);
    const [method = '', path = ''] = asked.split(' ');
    const refused = simulator
      .requests()
      .filter((one) => one.method === method && one.path.includes(path) && one.status >= 400);
    // Two clients may sign in side by side.
    const times = [...Map.groupBy(refused, (one) => one.path).values()].map(({ length }) => length);
    expect(Math.max(...times)).toBeLessThan(3);
    expect(refused).not.toEqual([]);
  });
});
