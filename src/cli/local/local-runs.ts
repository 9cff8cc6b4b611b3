import { createSteps } from '../../activities/activities.ts';
import type { ServicesView } from '../../domain/api/service-views.ts';
import type { DriftReportView } from '../../domain/api/views.ts';
import type { RunEvent } from '../../domain/events.ts';
import { requireMarkable } from '../../domain/expiry/require-markable.ts';
import type { Plan } from '../../domain/plan-schema.ts';
import { isEndUntold } from '../../engine/notices/notice-record.ts';
import { type DriftReport, driftView, reportDrift } from '../../planning/drift/drift-report.ts';
import { planWork } from '../../planning/plan-work.ts';
import { reportServices } from '../../planning/services/report-services.ts';
import type { ConfigFile, DeploymentRequest, StartedDeployment } from '../../runs/deployments.ts';
import type { Engine } from '../../runs/engine.ts';
import { withLeftWork } from '../../runs/handover/handed-on.ts';
import { hasUnfinishedRun, parkRun } from '../../runs/handover/unfinished-runs.ts';
import { requireSections } from '../../runs/required-sections.ts';
import { runOptions } from '../../runs/run-options.ts';
import { startRun } from '../../runs/start-run.ts';
import type { EmbeddedHost } from '../../runtime/host.ts';
import { createFeed } from '../../shared/feed.ts';
import { once } from '../../shared/once.ts';
import { resetState } from '../../state/reset.ts';
import { askedTelemetry } from '../../telemetry/asked-telemetry.ts';
import type { CommonOptions } from '../options.ts';
import { ownCommand } from '../own-commands.ts';
import { writeSummaryFile } from '../render/run-files.ts';
import { type DecisionForwarder, forwardDecisions } from './decision-forwarder.ts';
import { embeddedEngine } from './embedded-engine.ts';
import { openEngine, requireFreeEngine } from './engine.ts';
import type { LocalStores } from './find-stores.ts';
import { type LocalStack, openLocalStack } from './local-stack.ts';
import { prepareWork } from './prepare-work.ts';

/** Plans and runs of one environment in this process; its cloud and its engine are opened when they are needed. */
export interface LocalRuns {
  plan(request: DeploymentRequest): Promise<Plan>;
  start(request: DeploymentRequest): Promise<StartedDeployment>;
  drift(): Promise<DriftReportView>;
  services(): Promise<ServicesView>;
  /** The engine that drives the run; undefined when that is not this process. */
  engineOf(runId: string): Engine | undefined;
  /** Lets the run that was started work, and tells its events to its end. */
  follow(runId: string, signal: AbortSignal | undefined): AsyncGenerator<RunEvent>;
  leave(runId: string): Promise<void>;
  close(): Promise<void>;
}

/** @param tell shows a line to the person at the terminal */
export function createLocalRuns(
  stores: LocalStores,
  options: CommonOptions,
  file: ConfigFile,
  tell: (line: string) => void,
): LocalRuns {
  const { state, runs, environment, workspace } = stores;
  const feed = createFeed<RunEvent>();
  const warn = (text: string): void => tell(`⚠ ${text}`);
  let opened: LocalStack | undefined;
  const telemetry = once(() => askedTelemetry(process.env, warn));
  let host: EmbeddedHost | undefined;
  let driven: { readonly runId: string; readonly engine: Engine; readonly decisions: DecisionForwarder } | undefined;

  function stack(): LocalStack {
    if (opened) return opened;
    opened = openLocalStack(options, file, stores, (event) => feed.push(event));
    for (const note of opened.notes) warn(note);
    return opened;
  }

  /** What was found last: it is what a repair repairs. */
  let report: DriftReport | undefined;
  async function look(): Promise<DriftReport> {
    report = await reportDrift(stack().services, createSteps(), environment);
    return report;
  }

  const prepare = ({ work, options: { autoApprove } }: DeploymentRequest) =>
    prepareWork(work, stores, { file: file.config, autoApprove, drift: async () => report ?? (await look()) });

  async function requireAllowed({ work, options, resetState: resetsState }: DeploymentRequest): Promise<void> {
    if (work.kind !== 'deploy') return;
    await requireSections(stores, work.config, { resetsState, path: work.config.path });
    requireMarkable((await state.read()).value, options.expires);
  }

  return {
    async plan(request) {
      await requireAllowed(request);
      const { value, warnings } = await state.read();
      for (const warning of warnings) warn(warning);
      const { config, source, options: extent, rollback } = await prepare(request);
      const { services } = stack();
      const asked = { ...runOptions(request.options, file.config), ...extent };
      const { plan } = await planWork(services, createSteps(), {
        environment,
        config,
        options: await withLeftWork(services, environment, asked),
        source,
        rollback,
        state: value,
      });
      return plan;
    },

    async start(request) {
      await requireAllowed(request);
      // The engine of an earlier run of this process is ours.
      if (!host) await requireFreeEngine(stores);
      await prepareState(stores, request.resetState, tell);
      const { services: own, connected } = stack();
      const traced = telemetry();
      const services = { ...own, ...(traced && { telemetry: traced }) };
      host ??= await openEngine(services, stores);
      await connected;
      const { config, source, options: extent, isNew = false } = await prepare(request);
      const asked = runOptions(request.options, file.config);
      if (asked.resume && !(await hasUnfinishedRun(services, environment))) {
        tell('There is nothing to resume; this is a normal run.');
      }
      const engine = embeddedEngine(host, (id) => isEndUntold(runs, id));
      const { runId, resumed, tookOver } = await startRun(
        services,
        { kind: 'exclusive', engine },
        {
          environment,
          config,
          options: { ...asked, ...extent },
          source,
          isNew,
          waits: false,
          // Done before the engine was opened.
          resetsState: false,
          trigger: 'cli',
          by: workspace.holder,
          // As of a pipeline whose steps are spans: https://opentelemetry.io/docs/specs/otel/context/env-carriers/
          traceparent: process.env.TRACEPARENT,
        },
      );
      driven = { runId, engine, decisions: forwardDecisions(stores, engine, { runId, holder: workspace.holder }) };
      if (tookOver && tookOver.runId !== runId) {
        const stoppedAt = tookOver.step ?? 'its start';
        tell(`Took over from run ${tookOver.runId} (${tookOver.holder}), which stopped at ${stoppedAt}.`);
      }
      return { runId, resumed };
    },

    async drift() {
      return driftView(await look());
    },

    async services() {
      const { clock, stores: storesOf, azure } = stack().services;
      const sources = { clock, stores: storesOf, azure: () => azure(file.config) };
      return await reportServices(sources, createSteps(), environment);
    },

    engineOf(runId) {
      if (runId !== driven?.runId) return undefined;
      const { engine, decisions } = driven;
      return {
        ...engine,
        async decide(id, decision) {
          decisions.settled();
          await engine.decide(id, decision);
        },
      };
    },

    async *follow(runId, signal) {
      if (!host || runId !== driven?.runId) throw new Error(`the run ${runId} is not driven here`);
      const { decisions } = driven;
      const { events: before } = await runs.events(runId);
      yield* before;
      const seen = new Set(before.map(({ id }) => id));
      try {
        decisions.watch(before);
        host.start();
        const ended = Promise.race([host.completion(runId, signal), decisions.broken]);
        for await (const event of feed.until(ended)) {
          if (event.runId !== runId || seen.has(event.id)) continue;
          decisions.watch([event]);
          yield event;
          // Whoever was not there to be told of it is told by the next command.
          if (event.type === 'run_completed' && (await isEndUntold(runs, runId))) break;
        }
      } finally {
        decisions.stop();
      }
      const summary = await runs.summary(runId);
      if (!summary?.finishedAt) throw new Error(`the run ${runId} ended without a summary`);
      await writeSummaryFile(workspace.summaryFile, file.config, (await state.read()).value, summary, (...words) =>
        ownCommand(options, words),
      );
    },

    leave: (runId) => parkRun(stores, runId),

    async close() {
      await host?.stop({ graceInMs: 0 });
      if (host) await telemetry()?.end();
      await opened?.close();
    },
  };
}

/** Everything that can be wrong with the state is found before anything is started. */
async function prepareState({ state }: LocalStores, resets: boolean, tell: (line: string) => void): Promise<void> {
  const copy = resets ? await resetState(state) : undefined;
  if (copy !== undefined) tell(`The state was reset; a copy is ${copy}`);
  await state.checkWritable();
  const { warnings } = await state.read();
  for (const warning of warnings) tell(`⚠ ${warning}`);
}
