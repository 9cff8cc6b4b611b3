import type { RunEvent } from '../../domain/events.ts';
import { awaitDecision, decisionAbout } from '../../runs/await-decision.ts';
import type { Engine } from '../../runs/engine.ts';
import { knownRun, viewOf } from '../../runs/known-run.ts';
import type { EnvironmentStores } from '../../state/ports.ts';

/**
 * Hands what other processes decided about a run's plan, or that they cancelled it, to the engine that drives the run: they
 * can only write it down.
 */
export interface DecisionForwarder {
  /** Told of the run's events, in order: while the last of them asks for an approval, decisions are looked for. */
  watch(events: readonly RunEvent[]): void;
  /** Told that the engine knows the decision already. */
  settled(): void;
  /** Rejects when the store cannot be asked. */
  readonly broken: Promise<never>;
  stop(): void;
}

export function forwardDecisions(
  stores: EnvironmentStores,
  engine: Engine,
  { runId, holder }: { readonly runId: string; readonly holder: string },
): DecisionForwarder {
  const stopped = new AbortController();
  let fail: (error: unknown) => void = () => undefined;
  const broken = new Promise<never>((_, reject) => {
    fail = reject;
  });
  // Whoever follows the run is told; nobody may.
  broken.catch(() => undefined);
  let looking: AbortController | undefined;

  async function look(planDigest: string, signal: AbortSignal): Promise<void> {
    const decided = async () => decisionAbout(planDigest, await viewOf(await knownRun(stores, runId), ''));
    const decision = await awaitDecision(decided, signal);
    if (decision && !signal.aborted) await engine.decide(runId, { planDigest, decision, by: holder });
  }

  const settled = (): void => {
    looking?.abort();
    looking = undefined;
  };

  return {
    settled,
    watch(events) {
      const last = events.findLast(({ type }) =>
        ['approval_requested', 'step_started', 'removal_started'].includes(type),
      );
      if (last === undefined) return;
      settled();
      if (last.type !== 'approval_requested') return;
      looking = new AbortController();
      look(last.planDigest, AbortSignal.any([looking.signal, stopped.signal])).catch(fail);
    },
    broken,
    stop: () => stopped.abort(),
  };
}
