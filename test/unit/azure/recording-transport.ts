import { Readable } from 'node:stream';
import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
  RestError,
} from '@azure/core-rest-pipeline';
import type { ArmConnection } from '../../../src/azure/arm.ts';
import { cloudEndpoints } from '../../../src/azure/clouds.ts';

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON unless it is text. */
  readonly body?: unknown;
}

/** What was sent, as it would stand on the wire. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface RecordingTransport extends HttpClient {
  readonly requests: SentRequest[];
}

/** Answers in the order given, the last one again and again; an Error is thrown as a broken connection is. */
export function answering(...answers: readonly (Answer | Error)[]): RecordingTransport {
  return respondingTo((_, index) => answers[Math.min(index, answers.length - 1)] ?? { status: 500 });
}

export function respondingTo(respond: (request: SentRequest, index: number) => Answer | Error): RecordingTransport {
  const requests: SentRequest[] = [];
  return {
    requests,
    async sendRequest(request) {
      const sent: SentRequest = {
        method: request.method,
        url: request.url,
        headers: request.headers.toJSON(),
        body: parsed(request.body),
      };
      requests.push(sent);
      const answer = respond(sent, requests.length - 1);
      if (answer instanceof Error) throw answer;
      return pipelineResponse(request, answer);
    },
  };
}

export function connectionReset(): RestError {
  return new RestError('socket hang up', { code: 'ECONNRESET' });
}

export function connectionOver(transport: HttpClient): ArmConnection {
  return {
    cloud: cloudEndpoints('AzureCloud'),
    transport,
    credential: { getToken: async () => ({ token: 'TOKEN', expiresOnTimestamp: Date.now() + 3_600_000 }) },
  };
}

function pipelineResponse(request: PipelineRequest, { status, headers = {}, body }: Answer): PipelineResponse {
  const isText = typeof body === 'string' || body === undefined;
  const text = isText ? (body ?? '') : JSON.stringify(body);
  return {
    request,
    status,
    headers: createHttpHeaders({ ...(!isText && { 'content-type': 'application/json' }), ...headers }),
    ...(request.streamResponseStatusCodes?.has(status)
      ? { readableStreamBody: Readable.from([Buffer.from(text)]) }
      : { bodyAsText: text }),
  };
}

function parsed(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
