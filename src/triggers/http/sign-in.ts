import { signInRequestSchema } from '../../domain/api/requests.ts';
import { HttpProblem, json } from './answer.ts';
import type { RouteHandler } from './handler.ts';
import { readJson } from './request.ts';

/** A code in place of the key with which it is asked for: the command line of a browser is seen by others, and kept in its history. */
export const makeSignInCodeHandler: RouteHandler = async ({ app, request }) => {
  const key = request.headers.get('x-functions-key') ?? request.query.get('code');
  if (!app.signInCodes || key === null) throw unknownCode('This app makes no codes to sign in with.');
  return json(200, app.signInCodes.make(key));
};

export const takeSignInCodeHandler: RouteHandler = async ({ app, request }) => {
  const { code } = await readJson(request, signInRequestSchema, app.limits);
  const key = app.signInCodes?.take(code);
  if (key === undefined) throw unknownCode('This code was used already, or is older than a minute.');
  return json(200, { key });
};

function unknownCode(detail: string): HttpProblem {
  return new HttpProblem(404, 'sign_in_code_unknown', detail, { hint: 'Give the access key itself.' });
}
