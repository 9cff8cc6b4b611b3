import type { DurableClient } from 'durable-functions';
import { APPROVAL_EVENT, FunctionName, type RunInput } from '../domain/function-names.ts';
import type { Approval } from '../domain/run.ts';

/** The durable engine, as far as the triggers need it. */
export interface Engine {
  start(run: RunInput): Promise<void>;
  /** False when the orchestration has ended, or when the engine does not know it. */
  isAlive(runId: string): Promise<boolean>;
  /** Hands a decision to a run that waits for one; a run that has ended ignores it. */
  decide(runId: string, decision: Approval): Promise<void>;
  /** Forgets orchestrations that ended before this time. */
  purge(endedBefore: Date): Promise<void>;
}

const ALIVE: readonly string[] = ['Pending', 'Running', 'Suspended', 'ContinuedAsNew'];
const ENDED = ['Completed', 'Failed', 'Terminated', 'Canceled'];

/** The engine behind the durable client binding of a function. */
export function durableEngine(client: DurableClient): Engine {
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
