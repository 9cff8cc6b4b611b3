import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CloudState } from '../../../src/simulator/store.ts';
import { createSandbox, type Sandbox } from '../../helpers/cli.ts';
import { CLOUD_FILE, originalGroup, takeoverOf } from '../../helpers/takeover/original-deployment.ts';

const SIMULATE = ['--simulate', '--simulator-profile', 'instant'];
const STATE = '.azure-deployment-state-v1.json';
const CONFIG = ['--config', 'config.yaml', ...SIMULATE];

interface Plan {
  readonly steps: readonly { readonly step: string; readonly action: string }[];
  readonly resources: readonly {
    readonly action: string;
    readonly key: string;
    readonly changes: readonly { readonly path: string }[];
  }[];
}

async function planOf(sandbox: Sandbox, more: readonly string[] = []): Promise<Plan> {
  const result = await sandbox.run(['plan', ...CONFIG, '--output', 'json', ...more]);
  const { plan } = result.events.find(({ plan }) => plan !== undefined) as unknown as { plan: Plan };
  return plan;
}

/** What was asked of the simulator that is no question. */
async function writes(sandbox: Sandbox): Promise<readonly string[]> {
  const questions = /\/(?:list\w*|checkNameAvailability)$|oauth2|\/token$/i;
  return (await sandbox.requests()).flatMap(({ method, path }) =>
    method === 'GET' || questions.test(path.split('?')[0] ?? '') ? [] : [`${method} ${path}`],
  );
}

describe('an environment whose state is lost', () => {
  it('has it again by import, from a call that was cut off too, and nothing is left to do', async () => {
    const sandbox = await createSandbox();
    await sandbox.deploy();
    const refused = await sandbox.run(['import', 'draftgenie-example-rg', ...SIMULATE]);
    expect(refused.stderr).toContain('error: state_exists');
    await expect(sandbox.read('config.yaml')).rejects.toThrow('ENOENT');

    const before = await sandbox.state();
    await rm(join(sandbox.directory, STATE));
    await rm(join(sandbox.directory, '.draftgenie-deploy/default'), { recursive: true });
    const written = await writes(sandbox);
    // As if the call had ended between its two files.
    await sandbox.run(['import', 'draftgenie-example-rg', '--config-only', ...SIMULATE]);
    const imported = await sandbox.run(['import', 'draftgenie-example-rg', ...SIMULATE]);
    expect(imported.stdout).toContain('14 of 14 steps found everything as the file says');

    const after = await sandbox.state();
    expect(Object.keys(after.resources).toSorted()).toEqual(Object.keys(before.resources).toSorted());
    expect(after.lock).toBeNull();
    // Whether the server has that password nobody looked at.
    expect(JSON.stringify(after.steps.store_secrets)).not.toContain('postgresPassword');
    const drift = await sandbox.run(['drift', ...CONFIG]);
    expect(drift.stdout).toMatch(/^No drift: \d+ resources are as run \S+ left them\.\n/);
    expect(drift.exitCode, drift.stderr).toBe(0);
    const plan = await planOf(sandbox);
    expect(plan.steps.filter(({ action }) => action !== 'skip')).toEqual([]);
    const deployed = await sandbox.run(['deploy', ...CONFIG, '--auto-approve']);
    expect(deployed.exitCode, deployed.stderr).toBe(0);
    expect(await writes(sandbox)).toEqual(written);
  });
});

describe('the group that the original script left', () => {
  /** Of what it left each difference has its reason: tags, secrets out of plain text, and what is always so. */
  const EXPECTED =
    /^tags\.|^identity|registries|configuration\.secrets|identitySettings|\.env\[|adminUserEnabled|enableRbacAuthorization|enablePurgeProtection/;

  it('has no state before it is taken over, and a plan in which each difference is named', async () => {
    const { sandbox } = await takeoverOf({ ...(await originalGroup()), state: null });
    const result = await sandbox.run(['import', 'draftgenie-rg', ...SIMULATE]);
    expect(result.stdout).toContain('No state is written');
    expect(result.stdout).toContain('draftgenie-deploy deploy --config config.yaml --adopt --simulate');

    const { resources } = await planOf(sandbox, ['--adopt']);
    const of = (action: string) => resources.filter((one) => one.action === action).map(({ key }) => key);
    expect(of('create')).toEqual([
      ...['identity', 'role:acr-pull', 'role:registry-tasks', 'role:secrets-user', 'role:secrets-officer'],
      ...['postgresql:firewall', 'environment:diagnostics'],
    ]);
    const paths = resources.flatMap(({ action, changes }) =>
      action === 'adopt' ? changes.map(({ path }) => path) : [],
    );
    expect(paths).toContain('tags.managed-by');
    expect(paths.filter((path) => !EXPECTED.test(path))).toEqual([]);
    expect(of('update')).toEqual([]);
  });

  it('in which two environments are asks which one is meant', async () => {
    const { sandbox, cloud } = await takeoverOf({ ...(await originalGroup()), state: null });
    const state = await cloud();
    const names = ['api-gateway', 'rag-service'];
    const tagged = Object.entries(state.resources).map(([id, one]) => {
      const index = names.indexOf(one.name);
      const tags = { 'managed-by': 'draftgenie-deploy', 'draftgenie-environment': `env-${index + 1}` };
      return [id, index === -1 ? one : { ...one, body: { ...one.body, tags } }] as const;
    });
    const changed = { ...state, resources: Object.fromEntries(tagged) } as CloudState;
    await sandbox.write(CLOUD_FILE, JSON.stringify(changed));
    const asked = await sandbox.run(['import', 'draftgenie-rg', '--dry-run', ...SIMULATE]);
    expect(asked.stderr).toContain('has 2 environments: env-1, env-2');
    const one = await sandbox.run(['import', 'draftgenie-rg', '--dry-run', '--environment', 'env-1', ...SIMULATE]);
    expect(one.stdout).toContain('name: api-gateway');
    expect(one.stdout).not.toContain('name: rag-service');
    expect(one.stderr).toContain('rag-service: is of the environment env-2, and is not in the file');
  });
});
