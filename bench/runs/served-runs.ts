import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startAzurite } from '../../src/cli/serve/azurite.ts';
import type { JournalRecord } from '../../src/runtime/durable/journal-record.ts';
import { type OperationCounts, startCountingProxy } from '../counting-proxy.ts';
import { type DurableCounts, durableCounts } from './durable-counts.ts';
import { type LoggedCall, type RequestCounts, requestCounts } from './request-counts.ts';
import { BIN, EXAMPLE } from './run-cli.ts';

const CONTAINER = 'draftgenie-deploy';
/** Of the example: the source of its gateway. */
const CHANGED_FILE = 'services/api-gateway/main.js';

/** What one run did in a Functions app that keeps its state in blobs. */
export interface ServedRun extends DurableCounts {
  /** On blobs of the app's own container. */
  readonly operations: OperationCounts;
  /** To Resource Manager and Key Vault. */
  readonly requests: RequestCounts;
}

export interface ServedRuns {
  readonly first: ServedRun;
  /** With one changed source file. */
  readonly daily: ServedRun;
  readonly noop: ServedRun;
  /** Of the app's process at its highest; undefined where the system does not tell. */
  readonly peakInMb: number | undefined;
}

/**
 * A first deployment of the example, one with a changed source file and one without changes, through the served app, on Azurite and
 * the simulator.
 */
export async function measureServedRuns(speed: number): Promise<ServedRuns> {
  const directory = await mkdtemp(join(tmpdir(), 'draftgenie-bench-'));
  const azurite = await startAzurite(join(directory, 'azurite'));
  const proxy = await startCountingProxy(azurite.connectionString, CONTAINER);
  const app = spawn(
    process.execPath,
    [BIN, 'serve', '--simulate', '--simulator-speed', String(speed), '--port', '0', '--output', 'json'],
    {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        DEPLOYMENT_STORAGE: proxy.connectionString,
        DEPLOYMENT_STORAGE_CONTAINER: CONTAINER,
      },
    },
  );
  try {
    const { url, key } = await serving(app);
    await cp(EXAMPLE, join(directory, 'app'), { recursive: true });
    const known = { records: 0, calls: 0 };
    const run = async (): Promise<ServedRun> => {
      proxy.take();
      await deploy(directory, url, key);
      const operations = proxy.take();
      const records = await jsonLines<JournalRecord>(directory, 'engine/journal.jsonl');
      const calls = await jsonLines<LoggedCall>(directory, 'simulator/requests.ndjson');
      const counted = {
        ...durableCounts(records.slice(known.records)),
        requests: requestCounts(calls.slice(known.calls)),
        operations,
      };
      Object.assign(known, { records: records.length, calls: calls.length });
      return counted;
    };
    const first = await run();
    await appendFile(join(directory, 'app', CHANGED_FILE), '// A change.\n');
    return { first, daily: await run(), noop: await run(), peakInMb: await peak(app.pid) };
  } finally {
    await stop(app);
    await proxy.close();
    await azurite.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function deploy(directory: string, url: string, key: string): Promise<void> {
  const words = ['--config', 'app/config.yaml', '--auto-approve', '--output', 'json', '--remote', url];
  const child = spawn(process.execPath, [BIN, ...words], {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '', DRAFTGENIE_KEY: key },
  });
  const [exitCode] = await once(child, 'close');
  if (exitCode !== 0) throw new Error(`the deployment failed (${exitCode})`);
}

/** @param path in the folder of what is served */
async function jsonLines<Line>(directory: string, path: string): Promise<readonly Line[]> {
  const content = await readFile(join(directory, '.draftgenie-deploy/serve', path), 'utf8');
  return content
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

async function serving(child: ChildProcess): Promise<{ url: string; key: string }> {
  if (!child.stdout) throw new Error('no standard output');
  for await (const line of createInterface({ input: child.stdout })) {
    const message = JSON.parse(line) as { type: string; url: string; key: string };
    if (message.type === 'serving') return message;
  }
  throw new Error(`the app ended at start (${child.exitCode})`);
}

async function peak(pid: number | undefined): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmHWM:\s+(\d+)/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
