import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

type Value = { readonly stringValue?: string; readonly intValue?: number | string; readonly boolValue?: boolean };
type Pairs = readonly { readonly key: string; readonly value: Value }[];

export interface CollectedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly events: readonly { readonly name: string }[];
  readonly status: number | undefined;
  readonly resource: Readonly<Record<string, string>>;
}

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface OtlpCollector {
  readonly url: string;
  readonly received: readonly Received[];
  /** Of what came as JSON. */
  spans(): readonly CollectedSpan[];
  /** Names of metrics, with the sums of their counters and the counts of their histograms. */
  metrics(): ReadonlyMap<string, number>;
  close(): Promise<void>;
}

interface Resources {
  readonly resource: { readonly attributes: Pairs };
  readonly scopeSpans?: readonly { readonly spans: readonly JsonSpan[] }[];
  readonly scopeMetrics?: readonly { readonly metrics: readonly JsonMetric[] }[];
}

interface JsonSpan extends Omit<CollectedSpan, 'attributes' | 'status' | 'resource'> {
  readonly attributes: Pairs;
  readonly status?: { readonly code?: number };
}

interface Points<Point> {
  readonly dataPoints: readonly Point[];
}

interface JsonMetric {
  readonly name: string;
  readonly sum?: Points<{ readonly asDouble?: number; readonly asInt?: number | string }>;
  readonly histogram?: Points<{ readonly count: number | string }>;
}

/** A collector of OTLP over HTTP on this machine. @param answer the status of each answer; undefined: it never answers */
export async function startOtlpCollector(answer: () => number | undefined = () => 200): Promise<OtlpCollector> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const sent = Buffer.concat(chunks);
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
    received.push({ path: request.url ?? '', headers: request.headers, body });
    const status = answer();
    if (status !== undefined) response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bodies = (path: string, member: 'resourceSpans' | 'resourceMetrics'): readonly Resources[] =>
    received
      .filter((one) => one.path === path)
      .flatMap(({ body }) => (JSON.parse(body.toString('utf8')) as Record<string, Resources[]>)[member] ?? []);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    spans: () =>
      bodies('/v1/traces', 'resourceSpans').flatMap(({ resource, scopeSpans = [] }) =>
        scopeSpans.flatMap(({ spans }) =>
          spans.map(({ attributes, status, ...span }) => ({
            ...span,
            attributes: valuesOf(attributes),
            status: status?.code,
            resource: valuesOf(resource.attributes),
          })),
        ),
      ),
    metrics() {
      const sums = new Map<string, number>();
      for (const { scopeMetrics = [] } of bodies('/v1/metrics', 'resourceMetrics'))
        for (const { name, sum, histogram } of scopeMetrics.flatMap(({ metrics }) => metrics)) {
          const counted = (sum?.dataPoints ?? []).map(({ asDouble, asInt }) => Number(asDouble ?? asInt));
          const seen = (histogram?.dataPoints ?? []).map(({ count }) => Number(count));
          // Cumulative: the last one has all.
          sums.set(
            name,
            [...counted, ...seen].reduce((total, value) => total + value, 0),
          );
        }
      return sums;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function valuesOf(pairs: Pairs): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map(({ key, value }) => [key, String(value.stringValue ?? value.intValue ?? value.boolValue)]),
  );
}
