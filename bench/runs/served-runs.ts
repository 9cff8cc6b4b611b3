import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startAzurite } from '../../src/cli/serve/azurite.ts';
import type { HistoryEvent } from '../../src/runtime/durable/history.ts';
import { EventType } from '../../src/runtime/durable/history.ts';
import type { JournalRecord } from '../../src/runtime/durable/journal-record.ts';
import { type OperationCounts, startCountingProxy } from '../counting-proxy.ts';
import { BIN, EXAMPLE } from './run-cli.ts';

const CONTAINER = 'draftgenie-deploy';

/** What one run did in a Functions app that keeps its state in blobs. */
export interface ServedRun {
  /** Calls of orchestrators, replays included, as they are billed. */
  readonly turns: number;
  /** Each as long as it took, its wait for a free place included. */
  readonly activitySeconds: readonly number[];
  readonly operations: OperationCounts;
}

export interface ServedRuns {
  readonly first: ServedRun;
  readonly noop: ServedRun;
  /** Of the app's process at its highest; undefined where the system does not tell. */
  readonly peakInMb: number | undefined;
}

/** A first deployment of the example and one without changes, through the served app, on Azurite and the simulator. */
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
    let known = 0;
    const run = async (): Promise<ServedRun> => {
      proxy.take();
      await deploy(directory, url, key);
      const operations = proxy.take();
      const records = await journal(directory);
      const fresh = records.slice(known);
      known = records.length;
      return { ...executions(fresh), operations };
    };
    return { first: await run(), noop: await run(), peakInMb: await peak(app.pid) };
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

async function journal(directory: string): Promise<readonly JournalRecord[]> {
  const content = await readFile(join(directory, '.draftgenie-deploy/serve/engine/journal.jsonl'), 'utf8');
  return content
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JournalRecord);
}

function executions(records: readonly JournalRecord[]): Pick<ServedRun, 'turns' | 'activitySeconds'> {
  const turns = records.filter(({ type }) => type === 'turn').length;
  const scheduled = new Map<string, number>();
  const activitySeconds: number[] = [];
  for (const record of records) {
    if (record.type === 'turn') {
      for (const event of record.events) {
        if (event.EventType === EventType.taskScheduled)
          scheduled.set(`${record.executionId}/${event.EventId}`, at(event));
      }
    }
    if (record.type !== 'message' || record.message.event.EventType !== EventType.taskCompleted) continue;
    const { executionId, event } = record.message;
    const since = scheduled.get(`${executionId}/${event.TaskScheduledId}`);
    if (since !== undefined) activitySeconds.push((at(event) - since) / 1000);
  }
  return { turns, activitySeconds };
}

function at({ Timestamp }: HistoryEvent): number {
  return Date.parse(Timestamp);
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
