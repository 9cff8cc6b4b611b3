import { exitCodeOf } from '../../domain/api/exit-code.ts';
import { type Problem, problemSchema, type RequestProblem } from '../../domain/api/problem.ts';
import { receivedCode, UserError } from '../../shared/errors.ts';
import { KEY_VARIABLE } from './key.ts';

/** A refusal of the app, with the exit code that a local run would have had. */
export class RemoteError extends UserError {
  readonly status: number;
  /** What is wrong in the request, each with its place. */
  readonly problems: readonly RequestProblem[] | undefined;

  constructor(
    status: number,
    message: string,
    options: ConstructorParameters<typeof UserError>[1] & { readonly problems?: readonly RequestProblem[] | undefined },
  ) {
    super(message, options);
    this.status = status;
    this.problems = options.problems;
  }
}

/** What an answer that is an error means for the person at the command line. */
export async function remoteError(response: Response, url: string): Promise<RemoteError> {
  const { status } = response;
  const problem = await readProblem(response);
  if (status === 401 || status === 403) return refused(status, url, problem);
  if (status >= 300 && status < 400) {
    return new RemoteError(status, `${url} sends its callers elsewhere (${status}).`, {
      code: 'remote_redirects',
      hint: 'Use the final address of the app; behind a login page, one that accepts keys.',
    });
  }
  if (!problem) {
    const hint = status === 404 ? 'Is that the address of a deployment app?' : 'Look at the log of the app.';
    return new RemoteError(status, `${url} answered ${status}.`, { code: 'remote_failed', hint });
  }
  return new RemoteError(status, messageOf(problem), {
    ...receivedCode(problem.code, 'remote_failed'),
    exitCode: exitCodeOf(problem),
    hint: problem.hint ?? hintOf(problem),
    problems: problem.problems,
  });
}

function refused(status: number, url: string, problem: Problem | undefined): RemoteError {
  const message = problem?.detail ?? `${url} does not accept the key${status === 403 ? ' for this' : ''}.`;
  const hint = problem?.hint ?? `Give a valid key with the variable ${KEY_VARIABLE}, or with --key.`;
  return new RemoteError(status, message, {
    ...receivedCode(problem?.code ?? 'key_refused', 'key_refused'),
    hint,
  });
}

function messageOf(problem: Problem): string {
  const head = problem.detail ?? problem.title;
  const lines = (problem.problems ?? []).map(({ path, message, line, column, file }) => {
    const place = line === undefined ? '' : `${file === undefined ? '' : `${file}:`}${line}:${column ?? 1} `;
    return `  ${place}${path ? `${path}: ` : ''}${message}`;
  });
  return [head, ...lines].join('\n');
}

function hintOf({ lock, status }: Problem): string | undefined {
  if (lock) return `Wait for its end, or stop it with: draftgenie-deploy cancel ${lock.runId}`;
  return status >= 500 ? 'Ask again in a moment.' : undefined;
}

async function readProblem(response: Response): Promise<Problem | undefined> {
  const text = await response.text().catch(() => '');
  if (!(response.headers.get('content-type') ?? '').includes('json')) return undefined;
  try {
    return problemSchema.safeParse(JSON.parse(text)).data;
  } catch {
    // A proxy's own words; the status says enough.
    return undefined;
  }
}
