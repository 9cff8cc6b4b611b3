import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { type Simulator, startSimulator } from '../../../src/simulator/simulator.ts';
import type { CloudState } from '../../../src/simulator/store.ts';
import { type CliResult, createSandbox, runCli, type Sandbox } from '../../helpers/cli.ts';
import { startConnectProxy } from '../../helpers/http/connect-proxy.ts';

export const CONFIG = ['--config', 'app/config.yaml', '--output', 'json'];

interface Found {
  readonly check: string;
  readonly status: string;
  readonly text: string;
  readonly repair?: string;
  readonly code?: string;
}

type Variables = Record<string, string>;

/** A deployer of the example, and the Azure that it reaches through a proxy; faults are seeded into any of it. */
export interface Bench {
  readonly simulator: Simulator;
  readonly sandbox: Sandbox;
  readonly env: Variables;
  /** Hosts that the proxy lets nobody reach. */
  readonly closed: { all: boolean };
  readonly imports: string[];
  change(edit: (state: CloudState, subscription: string) => void): void;
  /** Replaces words of the configuration, which must be there. */
  edit(from: string, to: string): Promise<void>;
}

export async function bench(): Promise<Bench> {
  const simulator = await startSimulator({ profile: 'instant' });
  onTestFinished(() => simulator.close());
  const closed = { all: false };
  const proxy = await startConnectProxy({
    portOf: () => simulator.port,
    refuses: () => (closed.all ? 403 : undefined),
  });
  const sandbox = await createSandbox();
  const authority = join(sandbox.directory, 'authority.pem');
  await writeFile(authority, simulator.caCertificate);
  const { tenantId, clientId, clientSecret } = simulator;
  return {
    simulator,
    sandbox,
    closed,
    imports: [],
    env: {
      HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
      NODE_EXTRA_CA_CERTS: authority,
      AZURE_TENANT_ID: tenantId,
      AZURE_CLIENT_ID: clientId,
      AZURE_CLIENT_SECRET: clientSecret,
      GEMINI_API_KEY: 'simulated-value-of-a-key',
    },
    change: (edit) => simulator.change((state) => edit(state, `/subscriptions/${state.subscriptionId}`)),
    async edit(from, to) {
      const text = await sandbox.read('app/config.yaml');
      expect(text).toContain(from);
      await sandbox.write('app/config.yaml', text.replace(from, to));
    },
  };
}

export async function doctor({
  sandbox,
  env,
  imports,
}: Bench): Promise<{ result: CliResult; found: readonly Found[] }> {
  const result = await runCli(sandbox.directory, ['doctor', ...CONFIG], { env, imports });
  const [report] = result.events;
  expect(report, result.stderr).toMatchObject({ type: 'doctor', ok: result.exitCode === 0 });
  return { result, found: (report as unknown as { checks: readonly Found[] }).checks };
}

export async function deployed(one: Bench): Promise<void> {
  const result = await one.sandbox.run(['--auto-approve', ...CONFIG], { env: one.env });
  expect(result.exitCode, result.stderr).toBe(0);
}

const WRITES = new Set(['PUT', 'PATCH', 'DELETE']);
const QUESTIONS = /\/(checkNameAvailability|oauth2\/v2\.0\/token)$/;

/** Requests that change something; questions that Azure takes as POST are none. */
export function changing({ simulator }: Bench): readonly string[] {
  return simulator
    .requests()
    .filter(({ method, path }) => WRITES.has(method) || (method === 'POST' && !QUESTIONS.test(path)))
    .map(({ method, path }) => `${method} ${path}`);
}
