import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { withBuiltProduct } from '../built-product.ts';
import { type Benchmark, type Figure, median } from '../figure.ts';
import { PREBUILT } from '../prebuilt.ts';
import { type ServedProduct, serveProduct } from '../served-product.ts';

const CLIENTS = [1, 8, 64];
const FOLLOWERS = 500;
const REQUESTS = 320;
const ROUNDS = 5;
/** Enough to fill the journal several times over. */
const NO_OPS = 300;
/** An id of no run that is told by looking at it: the route is taken, and nothing is read. */
const BARE = '/api/deployments/none';

/** What the HTTP surface costs beside a route of the same host that reads nothing, and what many runs leave behind. */
export const load: Benchmark = {
  name: 'load',
  measure: () =>
    withBuiltProduct(async ({ cli, directory }) => {
      const app = await serveProduct({ cli, directory });
      try {
        await app.deploy('bench', PREBUILT);
        const runId = await startNoOp(app);
        await ended(app, runId);
        return [...(await underLoad(app, runId)), ...(await afterManyRuns(app, directory))];
      } finally {
        await app.stop();
      }
    }),
};

async function underLoad(app: ServedProduct, runId: string): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const clients of CLIENTS)
    figures.push(await compared(app, runId, clients, `status of a run, ${clients} clients`));
  const followers = new AbortController();
  const headers = { accept: 'text/event-stream' };
  const open = { headers, signal: followers.signal };
  // One that is not decided is followed until the stream ends.
  const waiting = await start(app, PREBUILT.replace('redis:7-alpine', 'redis:7.2-alpine'), 'autoApprove=false');
  const streams = Array.from({ length: FOLLOWERS }, () => app.ask(`/api/deployments/${waiting}/events`, open));
  const followed = (await Promise.all(streams)).map(({ body }) => body?.pipeTo(new WritableStream()));
  figures.push(await compared(app, runId, 8, `status of a run, 8 clients beside ${FOLLOWERS} followers`));
  followers.abort();
  await Promise.allSettled(followed);
  return figures;
}

/** Milliseconds a request, in turns with the bare route, so that both are measured under the same load of the machine. */
async function compared(app: ServedProduct, runId: string, clients: number, name: string): Promise<Figure> {
  const times: Record<'status' | 'bare', number[]> = { status: [], bare: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    times.bare.push(await perRequest(clients, async () => await app.ask(BARE, { expect: 400 })));
    times.status.push(await perRequest(clients, async () => await app.ask(`/api/deployments/${runId}`)));
  }
  return { name, value: median(times.status), unit: 'ms', beside: { name: 'bare route', value: median(times.bare) } };
}

async function perRequest(clients: number, ask: () => Promise<Response>): Promise<number> {
  let left = REQUESTS;
  const client = async (): Promise<void> => {
    for (; left > 0; ) {
      left -= 1;
      await (await ask()).arrayBuffer();
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: clients }, client));
  return (performance.now() - began) / REQUESTS;
}

async function afterManyRuns(app: ServedProduct, directory: string): Promise<readonly Figure[]> {
  const journal = join(directory, '.draftgenie-deploy/serve/engine/journal.jsonl');
  const look = async () => ({ memory: await memoryOf(app.pid), journal: (await stat(journal)).size / 1024 });
  const runMany = async (count: number): Promise<void> => {
    for (let run = 0; run < count; run += 1) await ended(app, await startNoOp(app));
  };
  await runMany(NO_OPS / 10);
  const before = await look();
  await runMany(NO_OPS);
  const after = await look();
  const of = (what: keyof typeof before, unit: string): Figure => ({
    name: `${what} after ${NO_OPS} no-op runs more`,
    value: after[what],
    unit,
    beside: { name: 'before them', value: before[what] },
  });
  return [of('memory', 'MB'), of('journal', 'KB')];
}

/** Of what it holds now. */
async function memoryOf(pid: number): Promise<number> {
  const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

const startNoOp = (app: ServedProduct): Promise<string> => start(app, PREBUILT, 'autoApprove=true');

async function start(app: ServedProduct, body: string, query: string): Promise<string> {
  const started = await app.ask(`/api/environments/bench/deployments?onBusy=wait&${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/yaml' },
    body,
  });
  return ((await started.json()) as { runId: string }).runId;
}

async function ended(app: ServedProduct, runId: string): Promise<void> {
  for (;;) {
    const run = (await (await app.ask(`/api/deployments/${runId}`)).json()) as { finishedAt: string | null };
    if (run.finishedAt !== null) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
