import type { ArmReply } from '../azure/ports.ts';
import { busyOrThrow, followOperation, type OperationKey, startOperation, whileOthersWrite } from './operation.ts';
import type { RecordDefinition } from './record.ts';
import type { StepContext } from './step.ts';
import type { NotReady } from './waiting/until-ready.ts';
import { isWaiting, type Waiting } from './waiting/waiting.ts';

/** What Azure is asked to do once in a run, although nothing that can be read tells whether it was done. */
interface Deed extends OperationKey {
  /** Tells it from the same with something else. */
  readonly mark: string;
  /** For people: what begins, e.g. `setting the password`. */
  readonly beginning: string;
  /** An earlier run has done it; what it left under way is still followed. */
  readonly done?: boolean;
  /** The request; must do no harm when it is sent twice. */
  send(): Promise<ArmReply>;
}

/**
 * Sends a request, follows its operation from call to call, and remembers that it was done.
 *
 * @returns undefined when it is done
 */
export async function doOnce(
  context: StepContext,
  record: RecordDefinition<string, []>,
  deed: Deed,
): Promise<Waiting | undefined> {
  const followed = await followOperation(context, deed);
  if (followed && isWaiting(followed)) return followed;
  if (followed) await context.memory.write(record, deed.mark);
  if (deed.done || context.memory.read(record) === deed.mark) return undefined;
  const waiting = await whileOthersWrite<Waiting | undefined>(context, deed, () => start(context, deed));
  if (waiting) return waiting;
  await context.memory.write(record, deed.mark);
  return undefined;
}

async function start(context: StepContext, deed: Deed): Promise<Waiting | undefined | NotReady<never>> {
  context.progress(deed.beginning);
  try {
    const started = await startOperation(context, deed, () => deed.send());
    return isWaiting(started) ? started : undefined;
  } catch (error) {
    return busyOrThrow(context, deed, error);
  }
}
