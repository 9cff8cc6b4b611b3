import { baseAddress } from '../http/client.ts';
import { ACTIONS, type Action } from './actions.ts';

/** `true` stands for an option without a value; what is false, empty or absent is not given. */
type Chosen<Name extends Action> = {
  readonly [Option in (typeof ACTIONS)[Name]['options'][number]]?: string | boolean;
};

interface Command<Name extends Action> {
  readonly environment: string;
  /** What the command is about, where its name does not say: a run, a resource. */
  readonly about?: string;
  readonly chosen?: Chosen<Name>;
}

/** What one would have typed instead: words, each quoted where a shell of POSIX would read more into it, and where it goes to. */
export function commandLine<Name extends Action>(
  action: Name,
  { environment, about, chosen = {} }: Command<Name>,
): string {
  const remote = new URL(baseAddress(), location.href).href.replace(/\/api\/$/, '');
  const options = Object.entries<string | boolean | undefined>(chosen).flatMap(([option, value]) => {
    if (value === undefined || value === false || value === '') return [];
    return value === true ? [option] : [option, value];
  });
  const words = [...ACTIONS[action].command.split(' '), ...(about === undefined ? [] : [about]), ...options];
  return ['draftgenie-deploy', ...words, '--environment', environment, '--remote', remote].map(quoted).join(' ');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
