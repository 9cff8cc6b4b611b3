import type { Counter, Histogram } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { METRICS, type MetricDefinition, type MetricName } from '../names.ts';
import type { Measure } from '../run-measures.ts';
import type { TelemetrySettings } from '../settings.ts';

/** Of requests: https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#metric-httpclientrequestduration */
const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
/** Of runs and steps, which take from seconds to hours. */
const WORK_SECONDS = [0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200];

export interface Meters {
  measure(measures: readonly Measure[]): void;
  flush(): Promise<void>;
}

export function createMeters(
  { intervalInMs }: NonNullable<TelemetrySettings['metrics']>,
  resource: Resource,
  exporter: PushMetricExporter,
  scope: { readonly name: string; readonly version: string },
): Meters {
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: intervalInMs });
  const meter = new MeterProvider({ resource, readers: [reader] }).getMeter(scope.name, scope.version);
  const instruments = new Map<MetricName, Counter | Histogram>();
  const made = (metric: MetricName): Counter | Histogram => {
    const { name, kind, unit, description }: MetricDefinition = METRICS[metric];
    if (kind === 'counter') return meter.createCounter(name, { unit, description });
    const explicitBucketBoundaries = metric === 'requestDuration' ? REQUEST_SECONDS : WORK_SECONDS;
    return meter.createHistogram(name, { unit, description, advice: { explicitBucketBoundaries } });
  };
  return {
    measure(measures) {
      for (const { metric, value, attributes } of measures) {
        const instrument = instruments.get(metric) ?? made(metric);
        instruments.set(metric, instrument);
        if ('add' in instrument) instrument.add(value, { ...attributes });
        else instrument.record(value, { ...attributes });
      }
    },
    flush: () => reader.forceFlush(),
  };
}
