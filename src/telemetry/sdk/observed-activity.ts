import { SpanStatusCode } from '@opentelemetry/api';
import type { RequestAnswer, RequestObserver, SentRequest } from '../../outbound/observed-requests.ts';
import { requestFacts } from '../request-facts.ts';
import type { Measure } from '../run-measures.ts';
import type { Attributes } from '../run-spans.ts';
import type { LiveSpan, RunTraces } from './run-traces.ts';

const TIMED_OUT = 408;
const THROTTLED = 429;

/** How often one request was sent, whose object stays the same; and whether it was sent in vain, not to be answered who asks, or from elsewhere. */
const sendings = new WeakMap<SentRequest, { readonly count: number; inVain: boolean }>();

/**
 * Spans and measures of what an activity asks Azure. A span is handed on when the activity has ended, behind the activity's own: a process that
 * is killed takes both with it, and leaves no span whose parent nobody ever sends.
 */
export function observeActivity(
  parent: { readonly traces: RunTraces; readonly activity: LiveSpan } | undefined,
  measure: (measures: readonly Measure[]) => void,
): { readonly observer: RequestObserver; end(): void } {
  const requests: LiveSpan[] = [];

  function observer(request: SentRequest, answer: Promise<RequestAnswer>): void {
    const { count: resent = 0, inVain = false } = sendings.get(request) ?? {};
    const sending = { count: resent + 1, inVain: false };
    sendings.set(request, sending);
    const began = performance.now();
    const { name, all, few } = requestFacts(request.method, request.url);
    const live = parent?.traces.request(parent.activity, name, {
      ...all,
      ...(resent > 0 && { 'http.request.resend_count': resent }),
    });
    if (live) requests.push(live);
    if (inVain) {
      parent?.activity.span.addEvent('retry', { ...few, 'http.request.resend_count': resent });
      measure([{ metric: 'requestRetries', value: 1, attributes: few }]);
    }
    const ended = (outcome: Attributes, isError: boolean): void => {
      const milliseconds = performance.now() - began;
      measure([{ metric: 'requestDuration', value: milliseconds / 1000, attributes: { ...few, ...outcome } }]);
      if (!live) return;
      live.endedAt = live.startedAt + milliseconds;
      live.span.setAttributes(outcome);
      if (isError) live.span.setStatus({ code: SpanStatusCode.ERROR });
    };
    answer.then(
      ({ status, headers }) => {
        const isError = isFailure(request.method, status);
        sending.inVain = status >= 500 || status === TIMED_OUT;
        ended({ 'http.response.status_code': status, ...(isError && { 'error.type': String(status) }) }, isError);
        const id = headers.get('x-ms-request-id') ?? headers.get('x-ms-correlation-request-id');
        if (id !== undefined) live?.span.setAttribute('azure.service.request.id', id);
        if (status !== THROTTLED) return;
        parent?.activity.span.addEvent('throttled', few);
        measure([{ metric: 'throttles', value: 1, attributes: few }]);
      },
      (error: unknown) => {
        sending.inVain = true;
        ended({ 'error.type': typeOf(error) }, true);
      },
    );
  }

  return {
    observer,
    end() {
      for (const { span, endedAt } of requests) span.end(endedAt);
    },
  };
}

/** That something is not there is what a look is for. */
function isFailure(method: string, status: number): boolean {
  return status >= 400 && !(status === 404 && (method === 'GET' || method === 'HEAD'));
}

/** Names of few values, and never a message, which may hold anything. */
export function typeOf(error: unknown): string {
  const { code, name } = error as NodeJS.ErrnoException;
  return code ?? name ?? typeof error;
}
