import type { CollectedSpan } from '../../helpers/http/otlp-collector.ts';

interface Nesting {
  /** Names of spans whose parent was not sent. */
  readonly orphans: readonly string[];
  readonly traces: number;
  /** Names of the spans of steps, all of them below the run. */
  readonly steps: readonly string[];
  /** How many requests are below the span with that name. */
  requestsIn(name: string): number;
}

export function nesting(spans: readonly CollectedSpan[]): Nesting {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const parentOf = (span: CollectedSpan): CollectedSpan | undefined => byId.get(span.parentSpanId ?? '');
  const isBelow = (span: CollectedSpan | undefined, name: string): boolean =>
    span !== undefined && (span.name === name || isBelow(parentOf(span), name));
  const isRequest = ({ attributes }: CollectedSpan): boolean => 'http.request.method' in attributes;
  return {
    orphans: spans.filter((span) => !parentOf(span)).map(({ name }) => name),
    traces: new Set(spans.map(({ traceId }) => traceId)).size,
    steps: spans
      .filter((span) => span.name.startsWith('step ') && parentOf(span)?.name.startsWith('run '))
      .map(({ name }) => name)
      .toSorted(),
    requestsIn: (name) => spans.filter((span) => isRequest(span) && isBelow(span, name)).length,
  };
}
