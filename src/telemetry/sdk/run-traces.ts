import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  type IdGenerator,
  RandomIdGenerator,
  SamplingDecision,
  type SpanExporter,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { spanIdOf, traceIdOf } from '../ids.ts';
import type { Attributes, SpanRecord } from '../run-spans.ts';
import type { TelemetrySettings } from '../settings.ts';
import { samplerOf } from './sampler.ts';

/** Where the spans of a run belong: the same in every process that has a part of it. */
export interface RunTrace {
  readonly runId: string;
  /** Without a caller's trace the ids of the run's own are given to its first span. */
  readonly caller: Context;
  readonly traceId: string;
  readonly flags: TraceFlags;
}

/** Of what an activity does while it runs. */
export interface LiveSpan {
  readonly span: Span;
  /** In milliseconds since 1970. */
  readonly startedAt: number;
  endedAt: number;
}

export interface RunTraces {
  traceOf(runId: string, traceparent: string | undefined): RunTrace;
  /** Spans as they were recorded, with the ids that follow from the run's. */
  add(run: RunTrace, records: readonly SpanRecord[]): void;
  /** @param path of what it is a part of: its parent */
  activity(run: RunTrace, path: readonly string[], name: string, attributes: Attributes): LiveSpan;
  request(activity: LiveSpan, name: string, attributes: Attributes): LiveSpan;
  flush(): Promise<void>;
}

export function createRunTraces(
  settings: NonNullable<TelemetrySettings['traces']>,
  resource: Resource,
  exporter: SpanExporter,
  scope: { readonly name: string; readonly version: string },
): RunTraces {
  const sampler = samplerOf(settings.sampler);
  const ids = new FollowingIds();
  const processor = new BatchSpanProcessor({ exporter, ...settings.batch });
  const provider = new TracerProvider({
    sampler,
    resource,
    idGenerator: ids,
    spanProcessors: [processor],
    spanLimits: { eventCountLimit: settings.eventsPerSpan },
  });
  const tracer = provider.getTracer(scope.name, scope.version);

  return {
    traceOf(runId, traceparent) {
      const parent = traceparent === undefined ? null : parseTraceParent(traceparent);
      const caller = parent ? remote(parent) : ROOT_CONTEXT;
      const traceId = parent?.traceId ?? traceIdOf(runId);
      const { decision } = sampler.shouldSample(caller, traceId, 'run', SpanKind.INTERNAL, {}, []);
      const isSampled = decision === SamplingDecision.RECORD_AND_SAMPLED;
      return { runId, caller, traceId, flags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE };
    },

    add(run, records) {
      for (const record of records) {
        const parent = record.path.length === 0 ? run.caller : partOf(run, []);
        const spanId = spanIdOf(run.runId, record.path);
        ids.following({ traceId: run.traceId, spanId }, () => addRecord(tracer, record, parent));
      }
    },

    activity(run, path, name, attributes) {
      const startedAt = Date.now();
      const span = tracer.startSpan(name, { startTime: startedAt, attributes }, partOf(run, path));
      return { span, startedAt, endedAt: startedAt };
    },

    request({ span: parent }, name, attributes) {
      const startedAt = Date.now();
      const kind = SpanKind.CLIENT;
      const span = tracer.startSpan(
        name,
        { kind, startTime: startedAt, attributes },
        trace.setSpan(ROOT_CONTEXT, parent),
      );
      return { span, startedAt, endedAt: startedAt };
    },

    flush: () => processor.forceFlush(),
  };
}

function addRecord(tracer: Tracer, record: SpanRecord, parent: Context): void {
  const { name, startedAt, endedAt, attributes, events, error } = record;
  const span = tracer.startSpan(name, { startTime: new Date(startedAt), attributes }, parent);
  for (const event of events) span.addEvent(event.name, event.attributes, new Date(event.at));
  if (error) {
    span.setAttribute('error.type', error.type);
    span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
  }
  span.end(new Date(Math.max(Date.parse(startedAt), Date.parse(endedAt))));
}

/** The context of a span that is made when it has ended, perhaps by another process. */
function partOf({ runId, traceId, flags }: RunTrace, path: readonly string[]): Context {
  return remote({ traceId, spanId: spanIdOf(runId, path), traceFlags: flags });
}

function remote(context: SpanContext): Context {
  return trace.setSpanContext(ROOT_CONTEXT, { ...context, isRemote: true });
}

/** Gives the ids that are due, and random ones where none are: requests, and calls of activities, happen once. */
class FollowingIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  #next: { readonly traceId: string; readonly spanId: string } | undefined;

  following(ids: { readonly traceId: string; readonly spanId: string }, start: () => void): void {
    this.#next = ids;
    try {
      start();
    } finally {
      this.#next = undefined;
    }
  }

  generateTraceId(): string {
    return this.#next?.traceId ?? this.#random.generateTraceId();
  }

  generateSpanId(): string {
    return this.#next?.spanId ?? this.#random.generateSpanId();
  }
}
