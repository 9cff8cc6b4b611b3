/** Reads what the standard variables say of traces and metrics; https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ */

type Variables = Readonly<Record<string, string | undefined>>;

const PROTOCOLS = ['http/protobuf', 'http/json'] as const;
type Protocol = (typeof PROTOCOLS)[number];

/** Where one signal goes, by https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
export interface SignalSettings {
  readonly url: string;
  readonly protocol: Protocol;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutInMs: number;
  readonly compresses: boolean;
}

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
export type SamplerName = (typeof SAMPLERS)[number];

export interface TelemetrySettings {
  readonly traces?: SignalSettings & {
    readonly sampler: { readonly name: SamplerName; readonly ratio: number };
    readonly batch: {
      readonly scheduledDelayMillis: number;
      readonly exportTimeoutMillis: number;
      readonly maxQueueSize: number;
      readonly maxExportBatchSize: number;
    };
    readonly eventsPerSpan: number;
  };
  readonly metrics?: SignalSettings & { readonly intervalInMs: number; readonly isDelta: boolean };
  /** What was asked for and is not done, for people. */
  readonly problems: readonly string[];
}

const SIGNALS = {
  traces: { name: 'TRACES', path: 'v1/traces' },
  metrics: { name: 'METRICS', path: 'v1/metrics' },
} as const;
type Signal = keyof typeof SIGNALS;

/** Of the specification; the port is that of OTLP over HTTP. */
const DEFAULT_ENDPOINT = 'http://localhost:4318';
/** Certificates come from NODE_EXTRA_CA_CERTS, for every request that leaves this process. */
const WITHOUT_EFFECT = ['CERTIFICATE', 'CLIENT_KEY', 'CLIENT_CERTIFICATE'];

/** @returns undefined: nothing was asked for. Unlike the specification's default nothing is sent unless a variable says so. */
export function telemetrySettings(variables: Variables): TelemetrySettings | undefined {
  const read = new Reader(variables);
  if (read.text('OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return undefined;
  const traces = isAsked(read, 'traces') ? signalSettings(read, 'traces') : undefined;
  const metrics = isAsked(read, 'metrics') ? signalSettings(read, 'metrics') : undefined;
  if (!traces && !metrics && read.problems.length === 0) return undefined;
  return {
    ...(traces && { traces: { ...traces, ...traceSettings(read) } }),
    ...(metrics && { metrics: { ...metrics, ...metricSettings(read) } }),
    problems: [...new Set(read.problems)],
  };
}

/** By an exporter that is named, or by an address, with which the specification's default exporter is meant: otlp. */
function isAsked(read: Reader, signal: Signal): boolean {
  const { name } = SIGNALS[signal];
  const variable = `OTEL_${name}_EXPORTER`;
  const exporters =
    read
      .text(variable)
      ?.split(',')
      .map((one) => one.trim()) ?? [];
  const unknown = exporters.filter((one) => !['otlp', 'none', ''].includes(one));
  if (unknown.length > 0) read.problem(variable, unknown.join(','), 'otlp or none');
  if (exporters.includes('otlp')) return true;
  return exporters.length === 0 && read.signalText(name, 'ENDPOINT') !== undefined;
}

function signalSettings(read: Reader, signal: Signal): SignalSettings | undefined {
  const { name } = SIGNALS[signal];
  for (const ending of WITHOUT_EFFECT)
    if (read.signalText(name, ending) !== undefined)
      read.problems.push(
        `${read.signalName(name, ending)} has no effect: certificates are read from NODE_EXTRA_CA_CERTS.`,
      );
  const url = addressOf(read, signal);
  const protocol = read.signalOneOf(name, 'PROTOCOL', PROTOCOLS, 'http/protobuf');
  const compression = read.signalOneOf(name, 'COMPRESSION', ['none', 'gzip'], 'none');
  if (url === undefined || protocol === undefined) return undefined;
  return {
    url,
    protocol,
    headers: { ...read.headers('OTEL_EXPORTER_OTLP_HEADERS'), ...read.headers(`OTEL_EXPORTER_OTLP_${name}_HEADERS`) },
    timeoutInMs: read.number(read.signalName(name, 'TIMEOUT'), 10_000),
    compresses: compression === 'gzip',
  };
}

/** The address of a signal is taken as it is; to the common one its path is added. */
function addressOf(read: Reader, signal: Signal): string | undefined {
  const { name, path } = SIGNALS[signal];
  const variable = read.signalName(name, 'ENDPOINT');
  const text = read.text(variable) ?? DEFAULT_ENDPOINT;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '') {
    // The text may hold a password.
    read.problems.push(`${variable} is no http or https address without a user: nothing is sent of ${signal}.`);
    return undefined;
  }
  if (variable !== `OTEL_EXPORTER_OTLP_${name}_ENDPOINT`) url.pathname = `${url.pathname.replace(/\/+$/, '')}/${path}`;
  return url.href;
}

function traceSettings(read: Reader): Omit<NonNullable<TelemetrySettings['traces']>, keyof SignalSettings> {
  const name = read.oneOf('OTEL_TRACES_SAMPLER', SAMPLERS, 'parentbased_always_on') ?? 'parentbased_always_on';
  const maxQueueSize = read.number('OTEL_BSP_MAX_QUEUE_SIZE', 2048);
  return {
    sampler: { name, ratio: ratioOf(read, name) },
    batch: {
      scheduledDelayMillis: read.number('OTEL_BSP_SCHEDULE_DELAY', 5000),
      exportTimeoutMillis: read.number('OTEL_BSP_EXPORT_TIMEOUT', 30_000),
      maxQueueSize,
      maxExportBatchSize: Math.min(read.number('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 512), maxQueueSize),
    },
    eventsPerSpan: read.number('OTEL_SPAN_EVENT_COUNT_LIMIT', 128),
  };
}

function ratioOf(read: Reader, sampler: SamplerName): number {
  const variable = 'OTEL_TRACES_SAMPLER_ARG';
  const text = read.text(variable);
  if (text === undefined || !sampler.endsWith('traceidratio')) return 1;
  const ratio = Number(text);
  if (ratio >= 0 && ratio <= 1) return ratio;
  read.problem(variable, text, 'a number from 0 to 1');
  return 1;
}

function metricSettings(read: Reader): Omit<NonNullable<TelemetrySettings['metrics']>, keyof SignalSettings> {
  const variable = 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE';
  const preference = read.oneOf(variable, ['cumulative', 'delta', 'lowmemory'], 'cumulative');
  // All of ours are counters and histograms: for these both of the others say the same.
  return {
    intervalInMs: read.number('OTEL_METRIC_EXPORT_INTERVAL', 60_000),
    isDelta: preference !== undefined && preference !== 'cumulative',
  };
}

/** Reads variables, and keeps what is wrong with them. An empty one is not set, as the specification has it. */
class Reader {
  readonly problems: string[] = [];
  readonly #variables: Variables;

  constructor(variables: Variables) {
    this.#variables = variables;
  }

  text(name: string): string | undefined {
    return this.#variables[name]?.trim() || undefined;
  }

  /** The name of the variable that counts: the signal's own, where it is set. */
  signalName(signal: string, ending: string): string {
    const own = `OTEL_EXPORTER_OTLP_${signal}_${ending}`;
    return this.text(own) === undefined ? `OTEL_EXPORTER_OTLP_${ending}` : own;
  }

  signalText(signal: string, ending: string): string | undefined {
    return this.text(this.signalName(signal, ending));
  }

  /** @returns undefined for what is not supported */
  oneOf<Value extends string>(name: string, allowed: readonly Value[], fallback: Value): Value | undefined {
    const text = this.text(name)?.toLowerCase() ?? fallback;
    const value = allowed.find((one) => one === text);
    if (value === undefined) this.problem(name, text, allowed.join(' or '));
    return value;
  }

  signalOneOf<Value extends string>(
    signal: string,
    ending: string,
    allowed: readonly Value[],
    fallback: Value,
  ): Value | undefined {
    return this.oneOf(this.signalName(signal, ending), allowed, fallback);
  }

  number(name: string, fallback: number): number {
    const text = this.text(name);
    const value = Number(text ?? fallback);
    if (Number.isSafeInteger(value) && value > 0) return value;
    this.problem(name, text ?? '', 'a whole number greater than 0');
    return fallback;
  }

  /** `name=value,name=value`, percent-encoded: https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables */
  headers(name: string): Record<string, string> {
    const pairs =
      this.text(name)
        ?.split(',')
        .filter((pair) => pair.trim() !== '') ?? [];
    const headers: Record<string, string> = {};
    for (const pair of pairs) {
      const at = pair.indexOf('=');
      const header = at < 0 ? undefined : headerOf(pair.slice(0, at), pair.slice(at + 1));
      // Its text is most often a key.
      if (header) headers[header[0]] = header[1];
      else this.problems.push(`${name} has an entry that is no header; it is left out.`);
    }
    return headers;
  }

  problem(name: string, text: string, allowed: string): void {
    this.problems.push(`${name} is ${JSON.stringify(text)}; supported: ${allowed}.`);
  }
}

function headerOf(name: string, text: string): readonly [string, string] | undefined {
  try {
    const header = [name.trim().toLowerCase(), decodeURIComponent(text.trim())] as const;
    new Headers([[...header]]);
    return header;
  } catch {
    return undefined;
  }
}
