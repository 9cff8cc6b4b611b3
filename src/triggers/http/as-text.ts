import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { exitCodeOf } from '../../domain/api/exit-code.ts';
import type { RouteName } from '../../domain/api/route-table.ts';
import { PROBLEM_TYPE } from '../../domain/api/routes.ts';
import type { RunView, SourceAnswer } from '../../domain/api/views.ts';
import { shownText } from '../../shared/shown-text.ts';
import { placeText, problemText } from '../../text/problem-text.ts';
import { runText } from '../../text/run-text.ts';
import { qualityOf } from './accepted-types.ts';
import { type HttpProblem, problemAnswer } from './answer.ts';

/** The JSON of a route as lines of text, for shells, which read no JSON. */
const TEXTS: Partial<Readonly<Record<RouteName, (body: never) => string>>> = {
  startDeployment: ({ runId, warnings = [] }: RunView) =>
    [...warnings.map((warning) => placeText(warning, 'warning')), `Run ${runId}`, ''].join('\n'),
  showDeployment: runText,
  addSource: (answer: SourceAnswer) => (answer.status === 'upload' ? `${answer.url}\n` : ''),
};

/** What is answered to whoever does not want lines of text more: JSON, problems, events line by line and as a stream. */
const OTHER_FORMS = ['application/json', PROBLEM_TYPE, 'application/x-ndjson', 'text/event-stream'];

/** Text is for who wants it more than what else there is: many clients name it behind JSON, and take anything. */
export function asksForText(request: HttpRequest): boolean {
  const accept = request.headers.get('accept') ?? '';
  const wanted = qualityOf(accept, 'text/plain');
  return OTHER_FORMS.every((type) => wanted > qualityOf(accept, type));
}

/** The answer of a route as whoever asked wants it. */
export function inAskedForm(name: RouteName, request: HttpRequest, answer: HttpResponseInit): HttpResponseInit {
  const text = TEXTS[name];
  if (!text || answer.jsonBody === undefined || !asksForText(request)) return answer;
  const { jsonBody, ...rest } = answer;
  return { ...rest, ...textOf(text(jsonBody as never), answer.headers) };
}

/** A refusal as whoever asked wants it. */
export function refusalInAskedForm(request: HttpRequest, problem: HttpProblem): HttpResponseInit {
  const answer = problemAnswer(problem);
  if (!asksForText(request)) return answer;
  // A shell ends with it as the command line does.
  const headers = { ...(answer.headers as Record<string, string>), 'x-exit-code': String(exitCodeOf(problem.problem)) };
  return { ...answer, ...textOf(problemText(problem.problem), headers) };
}

/** It ends up in logs that people look at, and in those that a runner takes commands from. */
export function textOf(text: string, headers: HttpResponseInit['headers']): Pick<HttpResponseInit, 'body' | 'headers'> {
  return {
    body: shownText(text, { hasCommands: true }),
    headers: { ...(headers as Record<string, string>), 'content-type': 'text/plain; charset=utf-8' },
  };
}
