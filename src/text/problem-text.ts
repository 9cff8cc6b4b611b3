import type { Problem, RequestProblem } from '../domain/api/problem.ts';

type Severity = 'error' | 'warning';

/**
 * A refusal for people: a line for each place that is wrong, what it is about, what to do, and its code.
 *
 * The lines of places have the form that compilers have agreed on, so that editors and pipelines find them again:
 * https://www.gnu.org/prep/standards/html_node/Errors.html
 */
export function problemText({ problems = [], detail, title, hint, code }: Problem): string {
  return [
    ...problems.map((problem) => placeText(problem, 'error')),
    `✗ ${detail ?? title}`,
    ...(hint === undefined ? [] : [`  ${hint}`]),
    `  error: ${code}`,
    '',
  ].join('\n');
}

/** `12:3: error: services.web.image: must be …`; a file stands before it where the place is not in the configuration itself. */
export function placeText({ path, message, line, column, file }: RequestProblem, severity: Severity): string {
  const place = line === undefined ? '' : `${file === undefined ? '' : `${file}:`}${line}:${column ?? 1}: `;
  return `${place}${severity}: ${path === '' ? '' : `${path}: `}${message.replaceAll('\n', ' ')}`;
}
