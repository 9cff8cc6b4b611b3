import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as df from 'durable-functions';
import { openJournal } from '../../src/runtime/durable/journal.ts';
import { openHost } from '../../src/runtime/host.ts';
import { serveFunctions } from '../../src/runtime/serve.ts';
import { loadFunctions } from '../../src/runtime/worker.ts';
import { median } from '../figure.ts';

/** Measures the embedded engine with functions that do nothing, in a process of its own, and prints the figures as JSON. */
const ACTIVITIES = 200;
const ROUNDS = 5;
const HTTP_RUNS = 30;
const RECORDS = 100_000;

const nothing = (): object => ({ kind: 'completed' });
const worker = await loadFunctions(() => {
  df.app.activity('nothing', { handler: nothing });
  df.app.orchestration('one', function* (context) {
    return yield context.df.callActivity('nothing', { step: 'nothing', callNumber: 1 });
  });
  // Steps are orchestrations of their own, each with its activity: their histories stay short.
  df.app.orchestration('series', function* (context) {
    const { length } = context.df.getInput<{ length: number }>();
    for (let step = 0; step < length; step += 1) yield context.df.callSubOrchestrator('one');
    return {};
  });
  df.app.orchestration('activities', function* (context) {
    const { length } = context.df.getInput<{ length: number }>();
    for (let call = 1; call <= length; call += 1) yield context.df.callActivity('nothing', { step: 'nothing', call });
    return {};
  });
});
const root = await mkdtemp(join(tmpdir(), 'draftgenie-bench-'));
try {
  const bareCall = await bare();
  const syncedAppend = await appendAndSync();
  const directory = join(root, 'engine');
  const host = await openHost({ directory, worker });
  host.start();
  let runs = 0;
  const run = async (name: string, length: number): Promise<number> => {
    runs += 1;
    const began = performance.now();
    await host.startNew(name, { instanceId: `run-${runs}`, input: { length } });
    const { runtimeStatus } = await host.completion(`run-${runs}`);
    if (runtimeStatus !== 'Completed') throw new Error(`${name} ended as ${runtimeStatus}`);
    return performance.now() - began;
  };
  await run('activities', 20);
  const perActivity = (await times(ROUNDS, () => run('activities', 20))) / 20;
  const perActivityInLong = (await times(ROUNDS, () => run('activities', ACTIVITIES))) / ACTIVITIES;
  const perStep = (await times(ROUNDS, () => run('series', 14))) / 14;
  const overHttp = await measureHttp();
  await host.stop();
  const recovery = await measureRecovery(join(directory, 'journal.jsonl'));
  process.stdout.write(
    JSON.stringify({ bareCall, syncedAppend, perActivity, perActivityInLong, perStep, overHttp, ...recovery }),
  );

  /** Start, then status until it has ended, as a client of the management API does it. */
  async function measureHttp(): Promise<number> {
    const keys = { master: 'master', function: 'function', durableTask: 'durable' };
    const served = await serveFunctions(host, worker, { keys });
    const base = `${served.url}/runtime/webhooks/durabletask`;
    const headers = { 'x-functions-key': keys.durableTask, 'content-type': 'application/json' };
    const took = await times(HTTP_RUNS, async () => {
      const began = performance.now();
      const started = await fetch(`${base}/orchestrators/one`, { method: 'POST', headers, body: '{}' });
      const { id } = (await started.json()) as { id: string };
      for (;;) {
        const answer = await fetch(`${base}/instances/${id}`, { headers });
        const { runtimeStatus } = (await answer.json()) as { runtimeStatus: string };
        if (runtimeStatus === 'Completed') return performance.now() - began;
        if (runtimeStatus === 'Failed') throw new Error('the run failed');
      }
    });
    await served.stop({ graceInMs: 0 });
    return took;
  }
} finally {
  await rm(root, { recursive: true, force: true });
}

async function bare(): Promise<number> {
  const took = await times(ROUNDS, async () => {
    const began = performance.now();
    for (let call = 0; call < ACTIVITIES; call += 1) await nothing();
    return performance.now() - began;
  });
  return took / ACTIVITIES;
}

/** What a durable record costs at least on this disk: one append of a small line and one fdatasync. */
async function appendAndSync(): Promise<number> {
  const descriptor = openSync(join(root, 'appended'), 'a');
  const line = `${JSON.stringify({ type: 'message', text: 'x'.repeat(500) })}\n`;
  const took = await times(ROUNDS, async () => {
    const began = performance.now();
    for (let call = 0; call < ACTIVITIES; call += 1) {
      writeSync(descriptor, line);
      fdatasyncSync(descriptor);
    }
    return performance.now() - began;
  });
  closeSync(descriptor);
  return took / ACTIVITIES;
}

/** Copies of a real journal until it has a known number of records; reading all of it beside parsing its lines alone. */
async function measureRecovery(journal: string): Promise<Readonly<Record<string, number>>> {
  const content = await readFile(journal, 'utf8');
  const lines = content.split('\n').slice(0, -1);
  const directory = join(root, 'recovery');
  await mkdir(directory);
  const copies = Math.ceil(RECORDS / lines.length);
  const file = await open(join(directory, 'journal.jsonl'), 'w');
  for (let copy = 0; copy < copies; copy += 1) {
    // Every copy has instances of its own, as runs have.
    await file.write(content.replaceAll(/"(run-\d+)/g, `"$1-${copy}`));
  }
  await file.close();
  await copyFile(join(directory, 'journal.jsonl'), join(root, 'kept'));
  const records = copies * lines.length;
  const parsing = await times(3, async () => {
    const began = performance.now();
    const { journal: opened } = await openJournal(directory);
    const took = performance.now() - began;
    await opened.close();
    return took;
  });
  const opening = await times(3, async () => {
    // Opening compacts: each time it finds the whole journal again.
    await copyFile(join(root, 'kept'), join(directory, 'journal.jsonl'));
    const began = performance.now();
    const host = await openHost({ directory, worker });
    const took = performance.now() - began;
    await host.stop();
    return took;
  });
  return { parsingPerMillion: (parsing / records) * 1e6, openingPerMillion: (opening / records) * 1e6 };
}

async function times(count: number, measure: () => Promise<number>): Promise<number> {
  const taken: number[] = [];
  for (let round = 0; round < count; round += 1) taken.push(await measure());
  return median(taken);
}
