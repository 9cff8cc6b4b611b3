import { UserError } from '../../shared/errors.ts';
import { askHidden } from '../prompts.ts';
import type { Terminal } from '../terminal.ts';

export const KEY_VARIABLE = 'DRAFTGENIE_KEY';

/** What may stand in a header; anything else would be quoted in an error of fetch. */
const KEY = /^[\x21-\x7e]{1,2000}$/;

/** The access key of a served app: option, variable, or a question whose answer is not shown. Undefined: none was given. */
export async function findKey(
  terminal: Terminal,
  given: { readonly option: string | undefined; readonly variable: string | undefined },
): Promise<string | undefined> {
  const key = (given.option ?? given.variable ?? (await ask(terminal)))?.trim();
  if (key === undefined || key === '') return undefined;
  if (KEY.test(key)) return key;
  throw new UserError('The access key has characters that no key has.', {
    code: 'key_invalid',
    hint: `Copy it again, and give it with the variable ${KEY_VARIABLE}.`,
  });
}

async function ask(terminal: Terminal): Promise<string | undefined> {
  return terminal.interactive ? await askHidden(terminal, 'Access key of the app: ') : undefined;
}
