import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { cloudEndpoints } from '../../../src/azure/clouds.ts';
import { connectAzure } from '../../../src/azure/connect.ts';
import { clientSecretCredential } from '../../../src/azure/credentials.ts';
import type { Azure } from '../../../src/azure/ports.ts';
import { runCli } from '../../../src/cli/program.ts';
import { type LogRequest, serviceLogs } from '../../../src/logs/service-logs.ts';
import { createTransport } from '../../../src/outbound/transport.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import { createSandbox, type Sandbox } from '../../helpers/cli.ts';
import { handOf } from '../../helpers/cloud/changes-by-hand.ts';
import { changeTemplate } from '../../helpers/hand/hand-change.ts';
import { until } from '../../helpers/wait.ts';

const CONFIG = ['--config', 'app/config.yaml'];
const SIMULATE = [...CONFIG, '--simulate', '--simulator-profile', 'instant'];
const LOGS = ['logs', '--service', 'api_gateway', ...SIMULATE];

async function deployed(): Promise<Sandbox> {
  const sandbox = await createSandbox();
  expect((await sandbox.deploy()).exitCode).toBe(0);
  return sandbox;
}

it('what a service wrote is told from its workspace and from its replicas, each line once, until Ctrl+C', async () => {
  const sandbox = await deployed();
  const args = [...LOGS, '--since', '1h', '--follow', '--output', 'json'];
  const stop = { printed: /listening/, act: (pid: number) => process.kill(pid, 'SIGINT') };
  const { exitCode, stderr, events } = await sandbox.run(args, { when: [stop] });
  expect([exitCode, stderr]).toEqual([0, '']);
  const from = { service: 'api_gateway', source: 'console', stream: 'stdout', container: 'api-gateway' };
  expect(events).toMatchObject([
    { ...from, text: expect.stringMatching(/^starting api-gateway--/) },
    { ...from, text: 'listening on port 3000' },
  ]);
});

it('a service that is not there is told with those that are; of one that is no secret is shown, nothing is obeyed, and it ends with its reader', async () => {
  const sandbox = await deployed();
  const unknown = await sandbox.run(['logs', '--service', 'nobody', ...CONFIG]);
  expect(unknown.exitCode).toBe(64);
  expect(unknown.stderr).toMatch(/No service nobody.*\n.*api_gateway, draft_service/);

  // What is there may say anything: secrets are hidden, and nothing is obeyed.
  const { simulator, azure } = await cloudOf(sandbox);
  const secrets = Object.values(simulator.state().secrets).flatMap((store) => JSON.stringify(store));
  const [, secret = ''] = /"name":"JWT-SECRET".*?"value":"([^"]+)"/.exec(secrets.join()) ?? [];
  expect(secret.length).toBeGreaterThan(20);
  // The replicas go on with the version that they have.
  const vault = Object.keys(simulator.state().secrets)[0]?.split('/').at(-1);
  await azure.vault(`https://${vault}.vault.azure.net`).set('JWT-SECRET', 'of the next deployment');
  simulator.speak({ app: 'api-gateway', lines: [`key ${secret}`, 'red \u001b[31m\rline\u202e'] });
  await simulator.close();
  const { stdout } = await sandbox.run([...LOGS, '--tail', '2']);
  expect(stdout).toMatch(
    /^\S+ api-gateway--\S+\/api-gateway \| key \*\*\*\n\S+ \S+ \| red \\u001b\[31m\\u000dline\\u202e\n$/,
  );

  // And it ends when nobody reads on.
  const before = process.cwd();
  onTestFinished(() => process.chdir(before));
  process.chdir(sandbox.directory);
  const closed = new AbortController();
  const lines: string[] = [];
  const readAfter: number[] = [];
  const exitCode = await runCli([...LOGS, '--follow', '--system'], {
    // As a pipe to `head` tells that it is closed.
    stdout: {
      write(text) {
        lines.push(text);
        closed.abort();
      },
    },
    stderr: { write: () => true },
    stdin: Readable.from([]),
    screen: new Writable(),
    interactive: false,
    closed: closed.signal,
    // Nothing is written before a reader has taken what was written.
    flushed: async () => void readAfter.push(lines.length),
  });
  expect([exitCode, lines]).toEqual([141, [expect.stringContaining('api-gateway--')]]);
  expect(readAfter).toEqual([1]);
});

/** The sandbox's cloud in this process, where its containers can be told what to write. */
async function cloudOf({ directory }: Sandbox): Promise<{ readonly simulator: Simulator; readonly azure: Azure }> {
  const stateFile = join(directory, '.draftgenie-deploy/simulator/cloud.json');
  const simulator = await startSimulator({ profile: 'instant', stateFile });
  onTestFinished(() => simulator.close());
  const cloud = cloudEndpoints('AzureCloud');
  const transport = createTransport({ connectTo: simulator });
  const credential = await clientSecretCredential(simulator, cloud, transport);
  return { simulator, azure: connectAzure({ cloud, credential, transport }) };
}

it('follows what all replicas write, on to the revision that takes the place of another', async () => {
  const sandbox = await deployed();
  const group = (await sandbox.state()).resources['resource-group']?.id ?? '';
  const { simulator, azure } = await cloudOf(sandbox);
  const stop = new AbortController();
  const request: LogRequest = {
    ...{ appId: `${group}/providers/Microsoft.App/containerApps/draft-service`, revision: undefined, system: false },
    ...{ sinceInSeconds: undefined, tail: 1, follow: true },
  };
  const way = {
    ...{ signal: stop.signal, now: () => new Date(), tell: (line: string) => told.push(`(${line})`) },
    meet: async () => undefined,
    sleep: async (_: number, signal: AbortSignal) => await sleep(20, undefined, { signal }),
  };
  const told: string[] = [];
  const revisions = new Set<string>();
  const following = (async () => {
    for await (const { text, revision } of serviceLogs(azure, request, way)) {
      told.push(text);
      revisions.add(revision);
    }
  })();
  await until(() => told.length === 1);
  simulator.speak({ app: 'draft-service', lines: ['first', 'x'.repeat(40_000)], stream: 'stderr' });
  await until(() => told.length === 3);
  const [old = ''] = revisions;
  await changeTemplate(handOf(azure.arm, group), 'draft-service', (_, container) => {
    container.env = [...(container.env as []), { name: 'DEBUG', value: '1' }];
  });
  const [, , subscription = '', , name = ''] = group.split('/');
  await azure.apps.deactivate(subscription, name, 'draft-service', old);
  await until(() => revisions.size === 2);
  simulator.speak({ app: 'draft-service', lines: ['second'] });
  await until(() => told.includes('second'));
  stop.abort();
  await following;
  expect(told.slice(0, 3)).toEqual(['listening on port 3002', 'first', 'x'.repeat(40_000)]);
  expect(told.slice(3)).toEqual([
    expect.stringMatching(/^starting draft-service--by-hand/),
    expect.any(String),
    'second',
  ]);
});
