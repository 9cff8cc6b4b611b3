import type { RouteName } from '../../domain/api/route-table.ts';
import type { RunEvent } from '../../domain/events.ts';
import type { Plan } from '../../domain/plan-schema.ts';
import { RUN_ID } from '../../domain/runs/run-id.ts';
import type { Deployments } from '../../runs/deployments.ts';
import { runUnknown } from '../../runs/known-run.ts';
import { ExitCode, receivedCode, UserError } from '../../shared/errors.ts';
import type { AnswerOf, CallOptions, RemoteClient } from './client.ts';
import { followRun } from './follow.ts';
import { parseEvent } from './parse-event.ts';
import { RemoteError } from './problem-error.ts';
import { startRemotely } from './start-remotely.ts';

const MAX_PAGE = 100;

/**
 * Deployments behind a served app.
 * @param tell shows a line to the person at the terminal
 */
export function remoteDeployments(
  client: RemoteClient,
  environment: string,
  tell: (line: string) => void = () => undefined,
): Deployments {
  const onConnection = (state: 'lost' | 'back'): void =>
    tell(state === 'lost' ? '⚠ The connection is lost; trying again. The run goes on.' : '⚠ Connected again.');
  const path = { environment };
  const show = async (): Promise<AnswerOf<'showEnvironment'> | undefined> => {
    const view = await client.call('showEnvironment', { path }).catch((error: unknown) => {
      if (error instanceof RemoteError && error.code === 'environment_unknown') return undefined;
      throw error;
    });
    // Runs that wrote no state deployed nothing.
    return view?.serial === 0 ? undefined : view;
  };
  return {
    environment,
    location: client.url,
    drivesRuns: false,
    show,
    document: async () => (await show()) ?? {},
    runs: (page) =>
      pages(page, async (query) => {
        const { runs, next } = await client.call('listDeployments', { path, query });
        return { found: runs, next };
      }),
    audit: (limit) =>
      pages({ limit }, async (query) => {
        const { entries, next } = await client.call('showAudit', { path, query });
        return { found: entries, next };
      }),
    run: (runId) => ofRun(client, 'showDeployment', runId),
    events: (runId, { follow, signal }) =>
      follow ? followRun(client, runId, { signal, onConnection }) : eventsSoFar(client, runId),
    services: () => client.call('showServices', { path }),
    drift: () => client.call('showDrift', { path }),
    async plan(request) {
      const dry = { ...request, options: { ...request.options, dryRun: true } };
      const { runId } = await startRemotely(client, environment, dry, tell);
      return await planOf(client, runId, followRun(client, runId, { onConnection }));
    },
    start: async (request) => ({
      runId: (await startRemotely(client, environment, request, tell)).runId,
      resumed: false,
    }),
    decide: async (runId, decision) => void (await ofRun(client, 'decideApproval', runId, { body: decision })),
    cancel: async (runId) => void (await ofRun(client, 'cancelDeployment', runId)),
    // The app drives the run, whoever looks.
    leave: async () => undefined,
    lock: async () => (await client.call('showLock', { path })).lock,
    breakLock: async (run) => (await client.call('breakLock', { path, query: { confirm: environment, run } })).lock,
    forget: async (name) => void (await client.call('forgetResource', { path: { environment, resource: name } })),
    reset: async () => (await client.call('resetState', { path, query: { confirm: environment } })).copy,
    close: async () => undefined,
  };
}

async function planOf(client: RemoteClient, runId: string, events: AsyncIterable<RunEvent>): Promise<Plan> {
  let plan: Plan | undefined;
  for await (const event of events) if (event.type === 'plan') plan = event.plan;
  const { error } = await ofRun(client, 'showDeployment', runId);
  if (plan && !error) return plan;
  throw new UserError(error?.message ?? `The run ${runId} ended without a plan.`, {
    ...receivedCode(error?.code ?? 'plan_missing', 'azure_failed'),
    exitCode: ExitCode.failed,
    hint: error?.hint,
  });
}

/** As many as are wanted, over as many pages as it takes. */
async function pages<Item>(
  { limit, before: first }: { readonly limit: number; readonly before?: string },
  ask: (query: {
    readonly limit: number;
    readonly before: string | undefined;
  }) => Promise<{ readonly found: readonly Item[]; readonly next: string | null }>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let before = first;
  while (items.length < limit) {
    const { found, next } = await ask({ limit: Math.min(limit - items.length, MAX_PAGE), before });
    items.push(...found);
    if (next === null) break;
    before = next;
  }
  return items;
}

type RunRoute = 'showDeployment' | 'decideApproval' | 'cancelDeployment';

async function ofRun(
  client: RemoteClient,
  name: RunRoute,
  runId: string,
  options: Omit<CallOptions<RunRoute>, 'path'> = {},
): Promise<AnswerOf<'showDeployment'>> {
  if (!RUN_ID.test(runId)) throw runUnknown(runId);
  return await client.call<RunRoute & RouteName>(name, { path: { runId }, ...options });
}

async function* eventsSoFar(client: RemoteClient, runId: string): AsyncGenerator<RunEvent> {
  if (!RUN_ID.test(runId)) throw runUnknown(runId);
  let after: string | undefined;
  for (;;) {
    const response = await client.open('readEvents', { path: { runId }, query: { after } });
    const lines = (await response.text()).split('\n').filter((line) => line !== '');
    if (lines.length === 0) return;
    yield* lines.flatMap((line) => parseEvent(line) ?? []);
    after = response.headers.get('x-position') ?? undefined;
    if (after === undefined) return;
  }
}
