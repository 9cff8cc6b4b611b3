import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunEvent } from '../src/domain/events.ts';
import type { BuiltProduct } from './built-product.ts';

/** The built app, served with the simulator on this machine. */
export interface ServedProduct {
  /** Connection string of its own storage; null when it was given another. */
  readonly storage: string | null;
  readonly pid: number;
  /** With its key; throws unless the answer is as it should be. */
  ask(path: string, options?: RequestInit & { readonly expect?: number }): Promise<Response>;
  /**
   * Deploys the text and answers what the run told. Nobody asks the app anything while the run is under way.
   * @param look called each time before the app is asked about the run
   */
  deploy(environment: string, config: string, look?: () => void): Promise<ServedRun>;
  stop(): Promise<void>;
}

interface ServedRun {
  /** From the request to the event that the run is complete, which is written when everything else is. */
  readonly milliseconds: number;
  readonly executed: number;
}

/** A run is looked for this long after its start, and then ever less often, so that looking does not slow it down. */
const FIRST_LOOK_IN_MS = 500;
const PAUSES_GROW_BY = 1.5;

export async function serveProduct(
  { cli, directory }: Pick<BuiltProduct, 'cli' | 'directory'>,
  env: Readonly<Record<string, string>> = {},
): Promise<ServedProduct> {
  const args = ['serve', '--simulate', '--simulator-profile', 'instant', '--port', '0', '--output', 'json'];
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '', ...env },
  });
  const { url, key, storage } = await serving(child);
  const ask: ServedProduct['ask'] = async (path, { expect, ...options } = {}) => {
    const headers = { 'x-functions-key': key, ...(options.headers as Record<string, string>) };
    const response = await fetch(new URL(path, url), { ...options, headers });
    const isExpected = expect === undefined ? response.ok : response.status === expect;
    if (!isExpected) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  return {
    storage,
    pid: child.pid ?? 0,
    ask,
    async deploy(environment, config, look = () => undefined) {
      const began = Date.now();
      const started = await ask(`/api/environments/${environment}/deployments?autoApprove=true`, {
        method: 'POST',
        headers: { 'content-type': 'application/yaml' },
        body: config,
      });
      const { runId } = (await started.json()) as { runId: string };
      for (let pause = FIRST_LOOK_IN_MS; ; pause *= PAUSES_GROW_BY) {
        await sleep(pause);
        look();
        const lines = (await (await ask(`/api/deployments/${runId}/events`)).text()).split('\n').slice(0, -1);
        const completed = lines
          .map((line) => JSON.parse(line) as RunEvent)
          .find(({ type }) => type === 'run_completed');
        if (completed?.type !== 'run_completed') continue;
        if (completed.status !== 'succeeded') throw new Error(`the run ${runId} ended as ${completed.status}`);
        // By the app's clock, which is this machine's.
        return { milliseconds: Date.parse(completed.at) - began, executed: completed.executed.length };
      }
    },
    async stop() {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function serving(child: ChildProcess): Promise<{ url: string; key: string; storage: string | null }> {
  if (!child.stdout) throw new Error('no standard output');
  for await (const line of createInterface({ input: child.stdout })) {
    const message = JSON.parse(line) as { type: string; url: string; key: string; storage: string | null };
    if (message.type === 'serving') return message;
  }
  throw new Error(`the app ended at start (exit code ${child.exitCode})`);
}
