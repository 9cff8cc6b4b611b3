import { AsyncLocalStorage } from 'node:async_hooks';
import type { PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';

/** The same object for each attempt to send one request. */
export type SentRequest = Pick<PipelineRequest, 'method' | 'url'>;
export type RequestAnswer = Pick<PipelineResponse, 'status' | 'headers'>;

/** Is told of a request before it is sent, and by the promise of its end; it changes nothing of either. */
export type RequestObserver = (request: SentRequest, answer: Promise<RequestAnswer>) => void;

const observers = new AsyncLocalStorage<RequestObserver>();

/** Whatever the action sends by the transport, however far below, the observer is told of; what goes on beside it is others'. */
export function observingRequests<Result>(observer: RequestObserver, action: () => Promise<Result>): Promise<Result> {
  return observers.run(observer, action);
}

/** For the transport. */
export async function observed<Answer extends RequestAnswer>(
  request: SentRequest,
  send: () => Promise<Answer>,
): Promise<Answer> {
  const observer = observers.getStore();
  const answer = send();
  observer?.(request, answer);
  return await answer;
}
