import { expect, it } from 'vitest';
import { telemetrySettings } from '../../../src/telemetry/settings.ts';

const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' };

it.each<Record<string, string>>([
  {},
  { OTEL_SERVICE_NAME: 'x', OTEL_EXPORTER_OTLP_HEADERS: 'a=b' },
  { ...ENDPOINT, OTEL_SDK_DISABLED: 'TRUE' },
  { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' },
  { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' },
])('nothing is asked for by %j', (variables) => {
  expect(telemetrySettings(variables)).toBeUndefined();
});

it('adds the path of each signal to the common address, and takes its own as it is', () => {
  const own = { ...ENDPOINT, OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'https://metrics/otlp' };
  const { traces, metrics, problems } = telemetrySettings(own) ?? {};
  expect([traces?.url, metrics?.url, problems]).toEqual([
    'http://collector:4318/v1/traces',
    'https://metrics/otlp',
    [],
  ]);
});

it('sends one signal alone, to the usual port where only its exporter is named', () => {
  expect(telemetrySettings({ OTEL_TRACES_EXPORTER: 'otlp' })).toMatchObject({
    traces: { url: 'http://localhost:4318/v1/traces', protocol: 'http/protobuf', timeoutInMs: 10_000 },
  });
  const alone = telemetrySettings({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector/v1/traces' });
  expect(Object.keys(alone ?? {})).toEqual(['traces', 'problems']);
  expect(telemetrySettings({ ...ENDPOINT, OTEL_METRICS_EXPORTER: 'none' })).not.toHaveProperty('metrics');
});

it('reads what a signal says for itself before what is said for both; headers are put together', () => {
  const { traces, metrics } =
    telemetrySettings({
      ...ENDPOINT,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/protobuf',
      OTEL_EXPORTER_OTLP_HEADERS: 'Api-Key=a%20key,team=b=c',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'team=traces',
      OTEL_EXPORTER_OTLP_TIMEOUT: '2500',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.25',
      OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
    }) ?? {};
  expect(traces).toMatchObject({
    protocol: 'http/json',
    headers: { 'api-key': 'a key', team: 'traces' },
    timeoutInMs: 2500,
    compresses: true,
    sampler: { name: 'parentbased_traceidratio', ratio: 0.25 },
  });
  expect(metrics).toMatchObject({ protocol: 'http/protobuf', headers: { team: 'b=c' }, isDelta: true });
});

it('sends nothing by a protocol that is not supported, and says so', () => {
  expect(telemetrySettings({ ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' })).toEqual({
    problems: ['OTEL_EXPORTER_OTLP_PROTOCOL is "grpc"; supported: http/protobuf or http/json.'],
  });
  expect(telemetrySettings({ OTEL_TRACES_EXPORTER: 'zipkin' })?.problems).toEqual([
    'OTEL_TRACES_EXPORTER is "zipkin"; supported: otlp or none.',
  ]);
});

it('tells what is wrong without keys and passwords, and goes on with the default', () => {
  const address = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://user:hidden-password@collector' };
  const unreadable = telemetrySettings({ ...address, OTEL_EXPORTER_OTLP_HEADERS: 'hidden-key' });
  expect(unreadable).not.toHaveProperty('traces');
  expect(JSON.stringify(unreadable)).not.toContain('hidden');
  const wrong = telemetrySettings({
    ...ENDPOINT,
    OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: 'soon',
    OTEL_TRACES_SAMPLER_ARG: '7',
    OTEL_TRACES_SAMPLER: 'traceidratio',
    OTEL_EXPORTER_OTLP_CERTIFICATE: 'ca.pem',
    OTEL_EXPORTER_OTLP_HEADERS: 'hidden-key',
  });
  expect(wrong?.traces).toMatchObject({ timeoutInMs: 10_000, sampler: { ratio: 1 }, headers: {} });
  expect(wrong?.problems.toSorted()).toEqual([
    'OTEL_EXPORTER_OTLP_CERTIFICATE has no effect: certificates are read from NODE_EXTRA_CA_CERTS.',
    'OTEL_EXPORTER_OTLP_HEADERS has an entry that is no header; it is left out.',
    'OTEL_EXPORTER_OTLP_TRACES_TIMEOUT is "soon"; supported: a whole number greater than 0.',
    'OTEL_TRACES_SAMPLER_ARG is "7"; supported: a number from 0 to 1.',
  ]);
});
