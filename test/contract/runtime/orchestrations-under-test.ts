import type { OrchestrationHandler } from 'durable-functions';
import * as df from 'durable-functions';
import type { Json } from '../../../src/shared/json.ts';

export const calls: string[] = [];
/** Activities named `gate…` wait here until the test opens them. */
export const gates = new Map<string, () => void>();
/** Which code `changing` is: that of before or after a change. */
export const code: { behaviour: 'before' | 'after' } = { behaviour: 'before' };

export const orchestrations: Record<string, OrchestrationHandler> = {
  *sequence(context) {
    const results: unknown[] = [];
    for (const n of [1, 2, 3]) results.push(yield context.df.callActivity('echo', { n }));
    return { results };
  },
  *fanOut(context) {
    const tasks = [1, 2, 3, 4].map((n) => context.df.callActivity('echo', { n }));
    return yield context.df.Task.all(tasks);
  },
  *parent(context) {
    return yield context.df.callSubOrchestrator('child', { depth: 3 });
  },
  *child(context) {
    const { depth } = context.df.getInput<{ depth: number }>();
    if (depth === 0) return yield context.df.callActivity('echo', { n: 'bottom' });
    return { [depth]: yield context.df.callSubOrchestrator('child', { depth: depth - 1 }) };
  },
  *families(context) {
    const tasks = ['a', 'b'].map((name) => context.df.callSubOrchestrator('sequence', { name }));
    return yield context.df.Task.all(tasks);
  },
  *sleeper(context) {
    const { seconds, times = 1 } = context.df.getInput<{ seconds: number; times?: number }>();
    for (let time = 0; time < times; time += 1) {
      yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + seconds * 1000));
    }
    return { woke: context.df.currentUtcDateTime.toISOString() };
  },
  *approval(context) {
    for (;;) {
      const timer = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 3_600_000));
      const event = context.df.waitForExternalEvent('approval');
      const winner = yield context.df.Task.any([event, timer]);
      if (winner === timer) return { decision: 'timeout' };
      timer.cancel();
      const { digest } = event.result as { digest: string };
      if (digest === 'right') break;
      yield context.df.callActivity('echo', { n: digest });
    }
    return { decision: yield context.df.callActivity('echo', { n: 'approved' }) };
  },
  *status(context) {
    context.df.setCustomStatus({ phase: 'one' });
    yield context.df.callActivity('gate', { name: 'status' });
    return {};
  },
  *survivor(context) {
    try {
      yield context.df.callActivity('fail', {});
    } catch (error) {
      return { caught: (error as Error).message.includes('no luck') };
    }
    return {};
  },
  *thrower(context) {
    yield context.df.callActivity('echo', { n: 1 });
    throw new Error('the orchestrator gave up');
  },
  *guardian(context) {
    try {
      yield context.df.callSubOrchestrator('thrower', {});
    } catch (error) {
      return { caught: (error as Error).message.includes('gave up') };
    }
    return {};
  },
  *counter(context) {
    const { n } = context.df.getInput<{ n: number }>();
    yield context.df.callActivity('echo', { n });
    if (n < 5) {
      context.df.continueAsNew({ n: n + 1 });
      return undefined;
    }
    return { n };
  },
  *longCounter(context) {
    return yield context.df.callSubOrchestrator('counter', { n: 3 });
  },
  *changing(context) {
    if (code.behaviour === 'before') yield context.df.callActivity('gate', { name: 'changing' });
    else yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 1000));
    yield context.df.callActivity('echo', { n: 2 });
    return {};
  },
  *retrying(context) {
    return yield context.df.callActivityWithRetry('echo', new df.RetryOptions(1, 2), {});
  },
  *stranger(context) {
    return yield context.df.callActivity('nobody', {});
  },
  *plain(context) {
    const results: unknown[] = [];
    for (const value of ['text', 5, true, null]) results.push(yield context.df.callActivity('same', value));
    return results;
  },
  *resumed(context) {
    const first = yield context.df.callActivity('echo', { n: 'before' });
    const [gate, other] = (yield context.df.Task.all([
      context.df.callActivity('gate', { name: 'resumed' }),
      context.df.callActivity('echo', { n: 'beside' }),
    ])) as [Json, Json];
    return { first, gate, other };
  },
};

export const activities: Record<string, (input: { n?: Json; name?: string }) => Json | Promise<Json>> = {
  echo: ({ n = null }) => {
    calls.push(`echo ${String(n)}`);
    return n;
  },
  gate: ({ name = '' }) => {
    calls.push(`gate ${name}`);
    return new Promise((resolve) => gates.set(name, () => resolve(name)));
  },
  fail: () => {
    throw new Error('no luck');
  },
};
