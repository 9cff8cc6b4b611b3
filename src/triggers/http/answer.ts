import type { HttpResponseInit } from '@azure/functions';
import type { Problem, RequestProblem } from '../../domain/api/problem.ts';
import { PROBLEM_TYPE } from '../../domain/api/routes.ts';
import { InvalidConfig } from '../../domain/config/invalid-config.ts';
import { lockView } from '../../runs/environment-view.ts';
import { ERROR_CODES, type ErrorCode } from '../../shared/error-codes.ts';
import { UserError } from '../../shared/errors.ts';
import { LockedError } from '../../state/lock.ts';

/** A refusal with the status code that HTTP has for it. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: ErrorCode,
    detail: string,
    more: Partial<Pick<Problem, 'hint' | 'problems' | 'lock'>> & { readonly headers?: Record<string, string> } = {},
  ) {
    super(detail);
    const { headers = {}, ...members } = more;
    this.headers = headers;
    this.problem = { type: `/problems/${code}`, title: TITLES[status] ?? 'Error', status, detail, code, ...members };
  }
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

export function json(status: number, body: unknown, headers: Record<string, string> = {}): HttpResponseInit {
  return { status, jsonBody: body, headers: { 'cache-control': 'no-store', ...headers } };
}

/** What a caller is told of an error; undefined when it is a bug of ours. */
export function problemOf(error: unknown): HttpProblem | undefined {
  if (error instanceof HttpProblem) return error;
  if (!(error instanceof UserError)) return undefined;
  const status = ERROR_CODES[error.code].status ?? 400;
  return new HttpProblem(status, error.code, error.message, {
    ...(error.hint !== undefined && { hint: error.hint }),
    ...(error instanceof InvalidConfig && { problems: [...error.problems] }),
    ...(error instanceof LockedError && { lock: error.lock && lockView(error.lock) }),
    ...((status === 503 || status === 429) && { headers: { 'retry-after': '5' } }),
  });
}

export function problemAnswer({ problem, headers }: HttpProblem): HttpResponseInit {
  return {
    status: problem.status,
    body: JSON.stringify(problem),
    headers: { 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store', ...headers },
  };
}

export function invalidRequest(problems: readonly RequestProblem[]): HttpProblem {
  const text = problems.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
  return new HttpProblem(400, 'request_invalid', text, { problems: [...problems] });
}
