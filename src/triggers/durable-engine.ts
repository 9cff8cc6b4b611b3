import type { DurableClient } from 'durable-functions';
import { APPROVAL_EVENT, FunctionName } from '../domain/function-names.ts';
import type { HistoryEngine } from '../runs/engine.ts';

const ALIVE: readonly string[] = ['Pending', 'Running', 'Suspended', 'ContinuedAsNew'];
const ENDED = ['Completed', 'Failed', 'Terminated', 'Canceled'];

/** The engine behind the durable client binding of a function. */
export function durableEngine(client: DurableClient): HistoryEngine {
  return {
    async start(run) {
      // A start that is repeated, because its answer was lost, must not replace the orchestration.
      if (await knows(client, run.runId)) return;
      await client.startNew(FunctionName.deploy, { instanceId: run.runId, input: { ...run } });
    },
    isAlive: async (runId) => ALIVE.includes((await statusOf(client, runId)) ?? ''),
    decide: (runId, decision) => client.raiseEvent(runId, APPROVAL_EVENT, decision),
    async purge(endedBefore) {
      await client.purgeInstanceHistoryBy({
        createdTimeFrom: new Date(0),
        createdTimeTo: endedBefore,
        runtimeStatus: ENDED as never,
      });
    },
  };
}

async function knows(client: DurableClient, runId: string): Promise<boolean> {
  return (await statusOf(client, runId)) !== undefined;
}

async function statusOf(client: DurableClient, runId: string): Promise<string | undefined> {
  try {
    return (await client.getStatus(runId)).runtimeStatus;
  } catch (error) {
    // The library has no other sign for "there is none": DurableClient.getStatus of durable-functions 3.5.
    if (error instanceof Error && error.message.includes('HTTP 404')) return undefined;
    throw error;
  }
}
