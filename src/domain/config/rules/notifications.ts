import { type NoticeValue, templateProblem } from '../../notices/notice.ts';
import { problem, type Rule } from './rule.ts';

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
const VAULT_NAME = /^[A-Za-z0-9-]{1,127}$/;
const NAME = /^[a-z][a-z0-9_-]{0,38}$/;

/** Addresses, references and templates of webhooks. */
export const notifications: Rule = ({ notifications: webhooks = {} }) =>
  Object.entries(webhooks).flatMap(([name, { url, secret, body }]) => {
    const at = (key: string): readonly string[] => ['notifications', name, key];
    const why = body === undefined ? undefined : templateProblem(body);
    return [
      ...(NAME.test(name)
        ? []
        : [problem(['notifications', name], 'must be a lower-case letter, then letters, digits, _ or -')]),
      ...(isRight(url)
        ? []
        : [problem(at('url'), 'must be an https address without a user, env:NAME or keyvault:NAME')]),
      ...(secret === undefined || isRight(secret)
        ? []
        : [problem(at('secret'), 'must be env:NAME or keyvault:NAME, and never the secret itself')]),
      ...(why === undefined ? [] : [problem(at('body'), why)]),
    ];
  });

function isRight(value: NoticeValue): boolean {
  if (value.source === 'environment') return VARIABLE.test(value.variable);
  if (value.source === 'vault') return VAULT_NAME.test(value.name);
  const url = URL.canParse(value.text) ? new URL(value.text) : undefined;
  return url?.protocol === 'https:' && url.username === '' && url.password === '';
}
