import { PREBUILT } from '../prebuilt.ts';
import type { ServedProduct } from '../served-product.ts';

const ENVIRONMENT = 'bench';
const LOOKED_AT_EVERY_MS = 20;

/** So many runs that find nothing to do, one after the other. */
export async function runNoOps(app: ServedProduct, count: number): Promise<void> {
  for (let run = 0; run < count; run += 1) await ended(app, await startNoOp(app));
}

export const startNoOp = (app: ServedProduct): Promise<string> => start(app, PREBUILT, 'autoApprove=true');

/** @returns the run's id */
export async function start(app: ServedProduct, body: string, query: string): Promise<string> {
  const started = await app.ask(`/api/environments/${ENVIRONMENT}/deployments?onBusy=wait&${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/yaml' },
    body,
  });
  return ((await started.json()) as { runId: string }).runId;
}

export async function ended(app: ServedProduct, runId: string): Promise<void> {
  for (;;) {
    const run = (await (await app.ask(`/api/deployments/${runId}`)).json()) as { finishedAt: string | null };
    if (run.finishedAt !== null) return;
    await new Promise((resolve) => setTimeout(resolve, LOOKED_AT_EVERY_MS));
  }
}
