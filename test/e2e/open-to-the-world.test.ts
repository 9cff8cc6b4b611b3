import { describe, expect, it } from 'vitest';
import type { Drift } from '../../src/domain/drift.ts';
import { driftText } from '../../src/domain/drift-check/drift-text.ts';
import { jsonAt } from '../../src/shared/json.ts';
import type { CloudState } from '../../src/simulator/store.ts';
import { type CliResult, createSandbox, type Sandbox } from '../helpers/cli.ts';
import { handOf } from '../helpers/cloud/changes-by-hand.ts';
import { POSTGRES, properties, SERVER } from '../helpers/hand/hand-change.ts';
import { planOf } from '../helpers/plan/as-planned.ts';
import { byHand } from '../helpers/plan/cloud-by-hand.ts';
import { ofType } from '../helpers/takeover/takeover-outcome.ts';

const CONFIG = 'app/config.yaml';
const SIMULATE = ['--config', CONFIG, '--simulate', '--simulator-profile', 'instant'];
const REPAIR = ['drift', '--fix', '--auto-approve', ...SIMULATE, '--output', 'json'];
/** Half of the world, which the file may ask for. */
const DEV = '    dev: { start: "0.0.0.0", end: "127.255.255.255" }\n';
const RULES = `firewall_rules:\n    office: { start: "203.0.113.1", end: "203.0.113.9" }\n${DEV}`;

async function edit(sandbox: Sandbox, from: string, to: string): Promise<void> {
  const text = await sandbox.read(CONFIG);
  expect(text).toContain(from);
  await sandbox.write(CONFIG, text.replace(from, to));
}

/** The example, with two rules of its own. */
async function deployed(): Promise<Sandbox> {
  const sandbox = await createSandbox();
  await edit(sandbox, '  storage_size: 32', `  storage_size: 32\n  ${RULES}`);
  const result = await sandbox.deploy();
  expect(result.exitCode, result.stderr + result.stdout.slice(-2000)).toBe(0);
  return sandbox;
}

/** Somebody writes rules into the server's firewall. */
async function write(
  sandbox: Sandbox,
  rules: Readonly<Record<string, readonly [start: string, end: string]>>,
): Promise<void> {
  const group = (await sandbox.state()).resources['resource-group']?.id ?? '';
  await byHand(sandbox, async (arm) => {
    for (const [name, [startIpAddress, endIpAddress]] of Object.entries(rules)) {
      const body = properties({ startIpAddress, endIpAddress });
      await handOf(arm, group).put(`${SERVER}/firewallRules/${name}`, POSTGRES, body);
    }
  });
}

/** `name: start to end` of every rule that there is. */
async function rules(sandbox: Sandbox): Promise<readonly string[]> {
  const { resources } = JSON.parse(await sandbox.read('.draftgenie-deploy/simulator/cloud.json')) as CloudState;
  return ofType(resources, 'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules')
    .map(({ name, body }) => {
      const at = (path: string): string => String(jsonAt(body, `properties.${path}`));
      return `${name}: ${at('startIpAddress')} to ${at('endIpAddress')}`;
    })
    .sort();
}

async function drift(sandbox: Sandbox): Promise<readonly string[]> {
  const result = await sandbox.run(['drift', ...SIMULATE, '--output', 'json']);
  const { drift: found = [] } = (result.events[0] ?? {}) as unknown as { drift?: readonly Drift[] };
  return found.map(driftText);
}

function succeeded(result: CliResult): CliResult {
  expect(result.exitCode, result.stderr + result.stdout.slice(-3000)).toBe(0);
  return result;
}

const OWN = 'allow-azure-services: 0.0.0.0 to 0.0.0.0';
const OFFICE = 'office: 203.0.113.1 to 203.0.113.9';
const HALF = 'dev: 0.0.0.0 to 127.255.255.255';

describe('a rule that is open to the world', () => {
  it('goes with a deployment that sees to its server, left behind or made by hand; what the file says and others stay', async () => {
    const sandbox = await deployed();
    expect(await rules(sandbox)).toEqual([OWN, HALF, OFFICE]);
    expect(await drift(sandbox)).toEqual([]);
    await write(sandbox, { everybody: ['0.0.0.0', '255.255.255.255'], partner: ['198.51.100.7', '198.51.100.7'] });
    await edit(sandbox, DEV, '');
    await edit(sandbox, 'storage_size: 32', 'storage_size: 64');

    const text = succeeded(await sandbox.run(['plan', ...SIMULATE])).stdout;
    expect(text).toMatch(
      /- delete +postgresql firewallRules\[everybody\] 0\.0\.0\.0 to 255\.255\.255\.255, which opens/,
    );
    expect(text).toMatch(/- delete +postgresql firewallRules\[dev\] .*opens the server to the world/);
    expect(text).not.toContain('partner');
    expect(text).not.toContain('left behind');
    expect(await rules(sandbox)).toHaveLength(5);

    succeeded(await sandbox.deploy());
    expect(await rules(sandbox)).toEqual([OWN, OFFICE, 'partner: 198.51.100.7 to 198.51.100.7']);
    expect(await sandbox.read('.azure-deployment-state-v1.json')).not.toContain('firewallRules/dev');
    expect(await drift(sandbox)).toEqual([expect.stringMatching(/partner.*a repair leaves it/)]);
    expect(succeeded(await sandbox.deploy()).events.at(-1)).toMatchObject({ executed: [] });
  });

  it('stays where the configuration preserves it, and plan and drift say so', async () => {
    const sandbox = await deployed();
    await write(sandbox, { everybody: ['0.0.0.0', '255.255.255.255'] });
    const text = await sandbox.read(CONFIG);
    await sandbox.write(CONFIG, `${text}\npreserve: ["postgresql firewallRules[everybody]"]\n`);
    await edit(sandbox, 'storage_size: 32', 'storage_size: 64');
    const plan = planOf(succeeded(await sandbox.deploy()));
    expect(plan.resources).toContainEqual(
      expect.objectContaining({
        ...{ key: 'postgresql firewallRules[everybody]', action: 'keep' },
        reason: '0.0.0.0 to 255.255.255.255, which opens the server to the world; preserved',
      }),
    );
    const everybody = 'everybody: 0.0.0.0 to 255.255.255.255';
    expect(await rules(sandbox)).toContain(everybody);
    expect(await drift(sandbox)).toEqual([expect.stringMatching(/everybody.*preserved.*a repair leaves it/)]);
    expect((await sandbox.run(REPAIR)).exitCode).toBe(2);
    expect(await rules(sandbox)).toContain(everybody);
  });

  it('goes by drift --fix, killed in between and started again, and nothing else is written', async () => {
    const sandbox = await deployed();
    await write(sandbox, { everybody: ['0.0.0.0', '255.255.255.255'] });
    const since = (await sandbox.requests()).length;
    const killed = await sandbox.run(REPAIR, {
      when: [{ printed: /removing postgresql firewallRules/, act: (pid) => process.kill(pid, 'SIGKILL') }],
    });
    expect(killed.signal).toBe('SIGKILL');
    await sandbox.run(REPAIR);
    expect(await rules(sandbox)).toEqual([OWN, HALF, OFFICE]);
    expect(await drift(sandbox)).toEqual([]);
    const written = (await sandbox.requests())
      .slice(since)
      .filter(({ method, host }) => ['PUT', 'PATCH', 'DELETE'].includes(method) && host.startsWith('management.'));
    expect(new Set(written.map(({ method, path }) => `${method} ${path.split('/').at(-1)}`))).toEqual(
      new Set(['DELETE everybody']),
    );
  });
});

describe('a rule of ours that somebody changed', () => {
  it('stays as it is when it is narrower, and is told; what is opened wider is put back', async () => {
    const sandbox = await deployed();
    const narrower = 'office: 203.0.113.2 to 203.0.113.3';
    await write(sandbox, { office: ['203.0.113.2', '203.0.113.3'] });
    await edit(sandbox, 'storage_size: 32', 'storage_size: 64');
    succeeded(await sandbox.deploy());
    expect(await rules(sandbox)).toContain(narrower);
    expect(await drift(sandbox)).toEqual([
      'postgresql:firewall:office properties.startIpAddress: 203.0.113.1 → 203.0.113.2',
      'postgresql:firewall:office properties.endIpAddress: 203.0.113.9 → 203.0.113.3',
    ]);

    await write(sandbox, { office: ['203.0.113.2', '203.0.113.200'] });
    await edit(sandbox, 'storage_size: 64', 'storage_size: 128');
    const plan = planOf(succeeded(await sandbox.deploy()));
    expect(plan.resources.find(({ key }) => key === 'postgresql:firewall:office')?.changes).toMatchObject([
      { path: 'properties.startIpAddress', owner: 'invariant' },
      { path: 'properties.endIpAddress', from: '203.0.113.200', to: '203.0.113.9', owner: 'invariant' },
    ]);
    expect(await rules(sandbox)).toContain(OFFICE);
    expect(await drift(sandbox)).toEqual([]);
  });
});
