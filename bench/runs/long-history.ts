import { ulid } from 'ulid';
import type { RunRequest, RunSummary } from '../../src/domain/run.ts';
import { mapLimited } from '../../src/shared/map-limited.ts';
import type { EnvironmentStores, HistoryEntry } from '../../src/state/ports.ts';

/** Runs written at once. */
const AT_ONCE = 32;
/** Most runs find nothing to do, and leave no state of their own. */
const ONE_IS_KEPT_OF = 10;

/** A run that ended, as the product wrote it down. */
interface Template {
  readonly request: RunRequest;
  readonly summary: RunSummary;
  /** The state that it left; absent: none is kept. */
  readonly kept?: HistoryEntry;
}

interface Filling {
  readonly count: number;
  /** When the first of them was asked for. */
  readonly from: Date;
  readonly everyMs: number;
  /** Each of so many has its request and its place in the audit trail, too; the others are only listed. */
  readonly wholeOf: number;
}

export async function templateOf({ runs, state }: EnvironmentStores, runId: string): Promise<Template> {
  const [request, summary, kept] = await Promise.all([runs.request(runId), runs.summary(runId), state.kept(runId)]);
  if (!request || !summary) throw new Error(`there is no run ${runId}`);
  return { request, summary, ...(kept && { kept }) };
}

/** Writes so many finished runs like the template by the stores' own interface. @returns the id of the first of them */
export async function fillHistory(
  { runs, state }: EnvironmentStores,
  { request, summary, kept }: Template,
  { count, from, everyMs, wholeOf }: Filling,
): Promise<string> {
  const { environment } = request;
  const ids = Array.from({ length: count }, (_, index) => `${environment}-${ulid(from.getTime() + index * everyMs)}`);
  await mapLimited([...ids.entries()], AT_ONCE, async ([index, runId]) => {
    const at = new Date(from.getTime() + index * everyMs).toISOString();
    const id = runId.slice(environment.length + 1);
    const asked = { by: request.requestedBy, from: '127.0.0.1', operation: 'startDeployment', outcome: 'done' };
    await runs.writeSummary({ ...summary, runId, startedAt: at, finishedAt: at });
    if (index % wholeOf > 0) return;
    await runs.create({ ...request, runId, requestedAt: at });
    await runs.record({ id, at, environment, runId, ...asked });
    if (kept && index % ONE_IS_KEPT_OF === 0) await state.keepHistory(runId, { ...kept, runId, at });
  });
  return ids[0] ?? '';
}
