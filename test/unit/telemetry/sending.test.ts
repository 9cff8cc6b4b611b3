import { createHttpHeaders } from '@azure/core-rest-pipeline';
import { expect, it, onTestFinished } from 'vitest';
import { NO_OPTIONS } from '../../../src/domain/run.ts';
import { observed, type SentRequest } from '../../../src/outbound/observed-requests.ts';
import { askedTelemetry } from '../../../src/telemetry/asked-telemetry.ts';
import type { RecordedRun, Telemetry } from '../../../src/telemetry/ports.ts';
import { type OtlpCollector, startOtlpCollector } from '../../helpers/http/otlp-collector.ts';

const RUN = { environment: 'production', runId: 'production-01M8PV4VZ09WF3PG1YSV9VDNER' };
const STEP = 'create_databases' as const;
const GROUP = 'https://management.azure.com/subscriptions/26219498/resourceGroups/shop-rg';
const CALLER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

async function collector(answer?: () => number | undefined): Promise<OtlpCollector> {
  const started = await startOtlpCollector(answer);
  onTestFinished(() => started.close());
  return started;
}

function opened({ url }: OtlpCollector, warnings: string[], more: Readonly<Record<string, string>> = {}): Telemetry {
  const variables = { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', ...more };
  const telemetry = askedTelemetry(variables, (message) => warnings.push(message));
  if (!telemetry) throw new Error('it was asked for');
  return telemetry;
}

function recorded(traceparent?: string): RecordedRun {
  const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
  const request = { ...RUN, requestedAt: at(0), options: NO_OPTIONS, trigger: 'http' as const };
  const ended = { status: 'succeeded' as const, executed: [STEP], skipped: [], failed: [], durationInMs: 9000 };
  return {
    request: { ...request, ...(traceparent !== undefined && { traceparent }) },
    events: [
      { ...RUN, id: '1', at: at(1), type: 'step_started', step: STEP, number: 5, reason: 'never run' },
      { ...RUN, id: '2', at: at(8), type: 'step_completed', step: STEP, durationInMs: 7000, attempts: 1 },
      { ...RUN, id: '3', at: at(9), type: 'run_completed', ...ended },
    ],
  };
}

const requestOf = (traceparent?: string) => async () => recorded(traceparent).request;

/** Sends a request as the transport does, with the answers given, one for each attempt. */
async function ask(url: string, statuses: readonly number[], request: SentRequest = { method: 'GET', url }) {
  for (const status of statuses)
    await observed(request, async () => ({ status, headers: createHttpHeaders({ 'x-ms-request-id': 'for-support' }) }));
}

it('what two processes tell of a run is one trace: requests in calls, calls in steps, steps in the run', async () => {
  const at = await collector();
  const first = opened(at, []);
  await first.activity(STEP, { ...RUN, callNumber: 1 }, requestOf(CALLER), () =>
    ask(`${GROUP}?sig=a-signature`, [503, 429, 200]),
  );
  await first.end();
  const second = opened(at, []);
  await second.activity('close_run', RUN, requestOf(CALLER), () => second.runEnded(recorded(CALLER)));
  await second.end();
  const spans = at.spans();
  const parents = new Map(spans.map(({ spanId, name }) => [spanId, name]));
  expect(
    spans.map(({ name, parentSpanId }) => `${parents.get(parentSpanId ?? '') ?? parentSpanId} > ${name}`).toSorted(),
  ).toEqual([
    'activity create_databases > GET /subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}',
    'activity create_databases > GET /subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}',
    'activity create_databases > GET /subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}',
    'b7ad6b7169203331 > run deploy',
    'run deploy > activity close_run',
    'run deploy > step create_databases',
    'step create_databases > activity create_databases',
  ]);
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set(['0af7651916cd43dd8448eb211c80319c']));
  expect(new Set(spans.map(({ resource }) => resource['service.instance.id'])).size).toBe(2);
  const call = spans.find(({ name }) => name === `activity ${STEP}`);
  expect(call?.events.map(({ name }) => name)).toEqual(['retry', 'throttled']);
  expect(at.received.map(({ body }) => body.toString()).join()).not.toContain('a-signature');
  expect([...at.metrics()].toSorted()).toEqual([
    ['draftgenie.azure.retries', 1],
    ['draftgenie.azure.throttles', 1],
    ['draftgenie.run.duration', 1],
    ['draftgenie.runs', 1],
    ['draftgenie.step.duration', 1],
    ['http.client.request.duration', 3],
  ]);
});

it('a run that nobody called from a trace has one of its own, which is the same wherever it is told', async () => {
  const at = await collector();
  for (const telemetry of [opened(at, []), opened(at, [])]) {
    await telemetry.runEnded(recorded());
    await telemetry.end();
  }
  const ids = at.spans().map(({ traceId, spanId }) => `${traceId} ${spanId}`);
  expect(new Set(ids).size).toBe(2);
  expect(ids).toHaveLength(4);
  expect(at.spans()[0]?.parentSpanId).toBeUndefined();
});

it('what an activity waits for, and what it throws, is told without its message; its answer is its own', async () => {
  const at = await collector();
  const telemetry = opened(at, []);
  const waiting = { kind: 'waiting', retryAfterInSeconds: 30 };
  expect(await telemetry.activity(STEP, RUN, requestOf(), async () => waiting)).toBe(waiting);
  const failure = new TypeError('a-secret-text');
  await expect(
    telemetry.activity(STEP, RUN, requestOf(), async () => {
      throw failure;
    }),
  ).rejects.toBe(failure);
  await telemetry.end();
  expect(
    at.spans().map(({ events, attributes }) => [events.map(({ name }) => name), attributes['error.type']]),
  ).toEqual([
    [['wait'], undefined],
    [[], 'TypeError'],
  ]);
  expect(at.received.map(({ body }) => body.toString()).join()).not.toContain('a-secret-text');
});

it('a caller who is not sampled, and a run that nobody remembers, have no spans', async () => {
  const at = await collector();
  const telemetry = opened(at, [], { OTEL_METRICS_EXPORTER: 'none' });
  const unsampled = CALLER.replace(/01$/, '00');
  await telemetry.activity(STEP, RUN, requestOf(unsampled), () => ask(GROUP, [200]));
  await telemetry.runEnded(recorded(unsampled));
  await telemetry.activity(
    STEP,
    RUN,
    async () => undefined,
    () => ask(GROUP, [200]),
  );
  await telemetry.end();
  expect(at.received).toEqual([]);
});

it('sends protobuf, compressed, with its headers, and once more after a refusal that passes', async () => {
  const answers = [503, 200];
  const at = await collector(() => answers.shift() ?? 200);
  const warnings: string[] = [];
  const telemetry = opened(at, warnings, {
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20key',
    OTEL_METRICS_EXPORTER: 'none',
  });
  await telemetry.runEnded(recorded());
  const [refused, taken] = at.received;
  expect(at.received).toHaveLength(2);
  expect(taken?.body).toEqual(refused?.body);
  expect(taken?.path).toBe('/v1/traces');
  expect(taken?.headers).toMatchObject({
    'api-key': 'a key',
    'content-type': 'application/x-protobuf',
    'content-encoding': 'gzip',
  });
  expect(taken?.body.includes(`step ${STEP}`)).toBe(true);
  expect(warnings).toEqual([]);
});

it('a collector that answers 400 is told once, without the key', async () => {
  const at = await collector(() => 400);
  const warnings: string[] = [];
  const telemetry = opened(at, warnings, { OTEL_EXPORTER_OTLP_HEADERS: 'api-key=hidden' });
  await telemetry.runEnded(recorded());
  await telemetry.runEnded(recorded());
  await telemetry.end();
  expect(at.received.length).toBeGreaterThan(2);
  expect(warnings).toEqual([`OpenTelemetry: ${at.url} answered 400. The run is not affected; this is told once.`]);
});

it('a collector that never answers is given up when the process ends', async () => {
  const at = await collector(() => undefined);
  const warnings: string[] = [];
  const telemetry = opened(at, warnings, { OTEL_EXPORTER_OTLP_TIMEOUT: '3600000', OTEL_METRICS_EXPORTER: 'none' });
  await telemetry.activity(STEP, RUN, requestOf(), async () => 'done');
  await telemetry.end();
  await expect
    .poll(() => warnings)
    .toEqual([
      `OpenTelemetry: ${at.url} does not answer: the process ends. The run is not affected; this is told once.`,
    ]);
  expect(at.received).toHaveLength(1);
});
