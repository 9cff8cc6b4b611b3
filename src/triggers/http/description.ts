import { type NewerRun, newerRuns } from '../../runs/newer-runs.ts';
import type { AppServices } from '../app-services.ts';
import { json } from './answer.ts';
import type { Call, RouteHandler } from './handler.ts';
import { openApiDocument } from './openapi.ts';

export const showOpenApiHandler: RouteHandler = async ({ app, base }) => json(200, openApiDocument(app.version, base));

export const showHealthHandler: RouteHandler = async (call) => {
  let newer: readonly NewerRun[] = [];
  const [storage, engine] = await Promise.all([
    reachable(call, async () => {
      await call.app.storage.environments();
      newer = await standingStill(call.app);
    }),
    // Any id does: the answer that there is no such orchestration comes from the engine, too.
    reachable(call, () => call.engine.isAlive('health-00000000000000000000000000')),
  ]);
  const isWell = storage === 'ok' && engine === 'ok';
  const body = { status: isWell ? 'ok' : 'degraded', version: call.app.version, checks: { storage, engine } };
  return json(isWell ? 200 : 503, newer.length === 0 ? body : { ...body, newerRuns: newer });
};

/** Health is asked often, and the answer costs a list for each environment. */
const KEPT_IN_MS = 5 * 60 * 1000;
const kept = new WeakMap<AppServices, { readonly at: number; readonly found: readonly NewerRun[] }>();

async function standingStill(app: AppServices): Promise<readonly NewerRun[]> {
  const now = app.clock.now().getTime();
  const known = kept.get(app);
  if (known && now - known.at < KEPT_IN_MS) return known.found;
  const found = await newerRuns(app, app.storage);
  kept.set(app, { at: now, found });
  return found;
}

async function reachable({ app }: Call, ask: () => Promise<unknown>): Promise<'ok' | 'unreachable'> {
  try {
    await ask();
    return 'ok';
  } catch (error) {
    // The answer is for everybody; what went wrong is for the log.
    app.logger.log('error', `health: ${app.mask(error instanceof Error ? error.message : String(error))}`);
    return 'unreachable';
  }
}
