import { setTimeout as sleep } from 'node:timers/promises';
import { SpanStatusCode } from '@opentelemetry/api';
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources';
import type { RunInput } from '../../domain/function-names.ts';
import { STEP_NAMES } from '../../domain/steps.ts';
import { observingRequests } from '../../outbound/observed-requests.ts';
import { BoundedMap } from '../../shared/bounded-map.ts';
import { productVersion } from '../../shared/product-version.ts';
import { END_LIMIT_IN_MS, type RecordedRun, type Telemetry } from '../ports.ts';
import { type Measure, measuresOfRun } from '../run-measures.ts';
import { type Attributes, spansOfRun } from '../run-spans.ts';
import type { TelemetrySettings } from '../settings.ts';
import { metricExporter, spanExporter } from './exporters.ts';
import { createMeters, type Meters } from './meters.ts';
import { observeActivity, typeOf } from './observed-activity.ts';
import { createOtlpSender, type OtlpSender } from './otlp-sender.ts';
import { createRunTraces, type RunTrace, type RunTraces } from './run-traces.ts';

const NAME = 'draftgenie-deploy';
/** Of runs that are under way; one that was forgotten is read again. */
const REMEMBERED_RUNS = 1000;

/** Whoever imports this file loads the libraries. @param tell for people */
export function openSdk(settings: TelemetrySettings, tell: (message: string) => void): Telemetry {
  const scope = { name: NAME, version: productVersion() };
  const resource = resourceOf(scope.version);
  const signals: Signal[] = [];
  const traces = settings.traces && openTraces(settings.traces);
  const meters = settings.metrics && openMeters(settings.metrics);
  const runs = new BoundedMap<string, RunTrace>(REMEMBERED_RUNS);

  function openTraces(of: NonNullable<TelemetrySettings['traces']>): RunTraces {
    const sender = createOtlpSender(of);
    const opened = createRunTraces(of, resource, spanExporter(of, sender, tell), scope);
    signals.push({ sender, flush: opened.flush });
    return opened;
  }

  function openMeters(of: NonNullable<TelemetrySettings['metrics']>): Meters {
    const sender = createOtlpSender(of);
    const opened = createMeters(of, resource, metricExporter(of, sender, tell), scope);
    signals.push({ sender, flush: opened.flush });
    return opened;
  }

  const measure = (measures: readonly Measure[]): void => meters?.measure(measures);

  /** What nobody can say of a run any more is left out: its spans would be another trace's. */
  async function traceOf(
    { runId }: RunInput,
    requestOf: Parameters<Telemetry['activity']>[2],
  ): Promise<RunTrace | undefined> {
    const known = runs.get(runId);
    if (known || !traces) return known;
    const request = await requestOf().catch(() => undefined);
    const found = request && traces.traceOf(runId, request.traceparent);
    if (found) runs.set(runId, found);
    return found;
  }

  return {
    async activity(name, input, requestOf, perform) {
      const run = await traceOf(input, requestOf);
      const activity = run && traces?.activity(run, partOf(name), `activity ${name}`, attributesOf(name, input));
      const { observer, end } = observeActivity(traces && activity && { traces, activity }, measure);
      try {
        const answer = await observingRequests(observer, perform);
        const wait = waitOf(answer);
        if (wait !== undefined) {
          activity?.span.addEvent('wait', { 'draftgenie.wait.seconds': wait });
          measure([{ metric: 'waits', value: 1, attributes: { 'draftgenie.activity.name': name } }]);
        }
        return answer;
      } catch (error) {
        activity?.span.setAttribute('error.type', typeOf(error));
        activity?.span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        activity?.span.end();
        end();
      }
    },

    async runEnded(run: RecordedRun) {
      const spans = spansOfRun(run);
      const { runId, traceparent } = run.request;
      traces?.add(traces.traceOf(runId, traceparent), spans);
      measure(measuresOfRun(spans));
      runs.delete(runId);
      await flushed(signals);
    },

    async end() {
      await flushed(signals);
      for (const { sender } of signals) sender.stop();
    },
  };
}

interface Signal {
  readonly sender: OtlpSender;
  flush(): Promise<void>;
}

/** All that there is to send was taken, or refused; at the latest when the time is over. */
async function flushed(signals: readonly Signal[]): Promise<void> {
  const over = new AbortController();
  const sent = signals.map(async ({ sender, flush }) => {
    await flush().finally(() => sender.idle());
  });
  // Why something was not taken the exporters have told.
  const all = Promise.allSettled(sent).finally(() => over.abort());
  const limit = sleep(END_LIMIT_IN_MS, undefined, { signal: over.signal }).catch(() => undefined);
  await Promise.race([all, limit]);
}

/** By https://opentelemetry.io/docs/specs/semconv/resource/service/; what the variables say comes last. */
function resourceOf(version: string): Resource {
  return defaultResource()
    .merge(resourceFromAttributes({ 'service.name': NAME, 'service.version': version }))
    .merge(detectResources({ detectors: [serviceInstanceIdDetector, envDetector] }));
}

/** Of the run, or of its step; the activity has the step's name. */
function partOf(name: string): readonly string[] {
  return STEP_NAMES.some((step) => step === name) ? [name] : [];
}

function attributesOf(name: string, input: RunInput & { readonly callNumber?: number }): Attributes {
  return {
    'draftgenie.environment': input.environment,
    'draftgenie.run.id': input.runId,
    'draftgenie.activity.name': name,
    ...(input.callNumber !== undefined && { 'draftgenie.activity.call': input.callNumber }),
  };
}

/** In seconds, when the activity is to be called again. */
function waitOf(answer: unknown): number | undefined {
  const { kind, retryable, retryAfterInSeconds } = (answer ?? {}) as {
    readonly kind?: unknown;
    readonly retryable?: unknown;
    readonly retryAfterInSeconds?: unknown;
  };
  const waits = kind === 'waiting' || kind === 'queued' || retryable === true;
  return waits && typeof retryAfterInSeconds === 'number' ? retryAfterInSeconds : undefined;
}
