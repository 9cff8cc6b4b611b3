import type { OrchestrationContext, Task } from 'durable-functions';

/**
 * Seconds between the tries of an activity that threw. Activities answer every failure of a deployment as a value; what
 * they throw is that their stores or their host were away, which passes.
 */
const PAUSES_IN_SECONDS = [1, 5, 15, 30, 60, 60];

/** Calls an activity, again when it threw; the last error is passed on. Activities may be delivered twice, so they may be called twice. */
export function* callActivity<Answer>(
  context: OrchestrationContext,
  name: string,
  input: object,
): Generator<Task, Answer, unknown> {
  for (const pause of PAUSES_IN_SECONDS) {
    try {
      return (yield context.df.callActivity(name, input)) as Answer;
    } catch {
      yield sleep(context, pause);
    }
  }
  return (yield context.df.callActivity(name, input)) as Answer;
}

export function sleep(context: OrchestrationContext, seconds: number): Task {
  return context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + seconds * 1000));
}
