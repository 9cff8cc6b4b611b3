import { withBuiltProduct } from '../built-product.ts';
import { type Benchmark, type Figure, median } from '../figure.ts';
import { PREBUILT } from '../prebuilt.ts';
import { ended, start, startNoOp } from '../runs/no-op-runs.ts';
import { type ServedProduct, serveProduct } from '../served-product.ts';

const CLIENTS = [1, 8, 64];
const FOLLOWERS = 500;
const REQUESTS = 320;
const ROUNDS = 5;
/** An id of no run that is told by looking at it: the route is taken, and nothing is read. */
const BARE = '/api/deployments/none';

/** What the HTTP surface costs beside a route of the same host that reads nothing. */
export const load: Benchmark = {
  name: 'load',
  measure: () =>
    withBuiltProduct(async ({ cli, directory }) => {
      const app = await serveProduct({ cli, directory });
      try {
        await app.deploy('bench', PREBUILT);
        const runId = await startNoOp(app);
        await ended(app, runId);
        return await underLoad(app, runId);
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
