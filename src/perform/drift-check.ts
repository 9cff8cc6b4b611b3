import { z } from 'zod';
import { isBeingChanged } from '../domain/drift-check/drift-check.ts';
import { foundDrift } from '../domain/drift-check/found-drift.ts';
import type { OpenAnswer } from '../domain/run.ts';
import type { EventRecorder } from '../engine/event-recorder.ts';
import type { LoadedRun } from '../engine/load-run.ts';
import type { StepMemory } from '../engine/memory.ts';
import { defineRecord } from '../engine/record.ts';
import type { Services } from '../engine/services.ts';
import type { Step } from '../engine/step.ts';
import { type NotReady, notReady, untilReady } from '../engine/waiting/until-ready.ts';
import type { Waiting } from '../engine/waiting/waiting.ts';
import { reportDrift } from '../planning/drift/drift-report.ts';
import { unsettledText } from '../planning/drift/prepare-repair.ts';
import { UserError } from '../shared/errors.ts';

/** While somebody deploys, a check looks this often whether it is over, and for no longer than a day. */
const LOOK_AGAIN_IN_SECONDS = 300;
const WAITS_FOR_IN_SECONDS = 86_400;
/** An event has no more of them than this; the drift route has all. */
const MOST_TOLD = 100;

/** What a check found: its end tells of it and writes it down. */
export const checkedDrift = defineRecord({
  name: 'checked-drift',
  schema: z.strictObject({
    /** What is there is between two deployments: nobody knows what should be. */
    isUnsettled: z.literal(true).exactOptional(),
    /** Absent: nothing differs. */
    found: z
      .strictObject({
        digest: z.string(),
        differing: z.number().int(),
        repairable: z.boolean(),
        named: z.array(z.string()).readonly(),
        returned: z.number().int(),
      })
      .exactOptional(),
  }),
  scope: 'run',
});

/**
 * Looks at what is deployed, without the lock, and tells what differs; to Azure nothing is written. What was looked at while somebody
 * deployed is neither one deployment nor the other: then the check looks again when that is over. Nor is what a deployment left that
 * did not come to its end: then there is nothing to compare with.
 *
 * @throws UserError `nothing_deployed`; AzureError: a check that could not look has found nothing out
 */
export async function checkDrift(
  services: Services,
  steps: readonly Step[],
  { request, stores: { state: store, runs } }: LoadedRun,
  memory: StepMemory,
  events: EventRecorder,
): Promise<OpenAnswer | Waiting> {
  const { runId, environment, requestedBy: startedBy, productVersion: version } = request;
  if (await runs.isCancelRequested(runId)) return { kind: 'stopped' };
  return await untilReady<OpenAnswer>({ memory, clock: services.clock }, 'free-environment', async () => {
    const { value: before } = await store.read();
    if (isBeingChanged(before, store.now())) return somebodyDeploys();
    events.add({ type: 'run_started', resumed: false, startedBy, version }, 'started');
    const { runId: kept, drift, resources, notes, refusal, since } = await reportDrift(services, steps, environment);
    // Who looks may go by the rest; a check would take what it did not see for gone.
    if (refusal) throw refusal;
    const { value: after } = await store.read();
    if (after.fence !== before.fence) return somebodyDeploys();
    if (since.unsettledBy !== undefined) {
      const message = `${unsettledText(kept, since.unsettledBy)}. Drift is looked for again once a deployment has succeeded.`;
      events.add({ type: 'log', level: 'warning', message }, 'unsettled');
      await memory.write(checkedDrift, { isUnsettled: true });
      return { kind: 'nothing' };
    }
    const [differing, told] = [drift.length, drift.slice(0, MOST_TOLD)];
    events.add({ type: 'drift_checked', resources, differing, drift: told, notes: [...notes] }, 'checked');
    const found = foundDrift(drift, after.drift_check?.repairs ?? {});
    await memory.write(checkedDrift, { ...(found && { found }) });
    return { kind: 'nothing' };
  });
}

function somebodyDeploys(): NotReady<never> {
  return notReady<never>({
    on: 'the end of the run that holds the environment',
    afterInSeconds: LOOK_AGAIN_IN_SECONDS,
    limitInSeconds: WAITS_FOR_IN_SECONDS,
    whenOver: () => {
      throw new UserError('Drift could not be looked for: for a day others have held the environment.', {
        code: 'OperationTimedOut',
        hint: 'It is looked for again at the next time of the schedule.',
      });
    },
  });
}
