import type { Json, JsonObject } from '../../shared/json.ts';
import { type TextTree, textTree } from '../compose/tree.ts';
import { commandWords } from './command-words.ts';
import type { Around } from './environment.ts';
import type { ServiceFacts } from './facts.ts';
import { composeText, dollars, ourText, variablesOf } from './text.ts';
import { looksSecret, maskedText, type VariableFacts } from './variable-facts.ts';

/** `command` and `args` of a service, and variables that they take secrets from. @param path of it in the configuration */
export function commandOf(
  facts: ServiceFacts,
  path: readonly string[],
  around: Around,
): { readonly config: JsonObject; readonly env: JsonObject } {
  const { service, command, entrypoint } = facts;
  const { report } = around;
  const [entry, words] = [commandWords(entrypoint), commandWords(command)];
  for (const [key, tree, found] of [
    ['entrypoint', entrypoint, entry],
    ['command', command, words],
  ] as const) {
    if (tree && found?.length === 0)
      report.left(
        tree.place,
        `services.${service.name}.${key}`,
        'is empty, which would take that of the image away: Azure has no way to say so',
        path,
      );
  }
  tellHosts(entry ?? [], 'entrypoint', facts, path, around);
  tellHosts(words ?? [], 'command', facts, path, around);
  const env: Record<string, Json> = {};
  const secretWords = (all: readonly TextTree[] | undefined): boolean =>
    (all ?? []).some((_, index) => secretOf(all ?? [], index) !== undefined);
  if (secretWords(entry) || secretWords(words)) {
    const place = (command ?? entrypoint)?.place ?? service.place;
    const script = `exec ${[...(entry ?? []), ...(words ?? [])].map((_, index, all) => quoted(all, index)).join(' ')}`;
    report.left(
      place,
      `services.${service.name}.${command ? 'command' : 'entrypoint'}`,
      'holds a secret, which comes from a variable now: the image needs /bin/sh',
      path,
    );
    const shell = ['/bin/sh', '-c', script];
    return { config: entry && entry.length > 0 ? { command: shell } : { args: shell }, env };
  }
  const texts = (all: readonly TextTree[] | undefined): string[] => (all ?? []).map((word) => ourText(word));
  return {
    config: {
      ...(entry && entry.length > 0 && { command: texts(entry) }),
      ...(words && words.length > 0 && { args: texts(words) }),
    },
    env,
  };

  /** One word for the shell; what is secret in it is a variable of the container. */
  function quoted(all: readonly [...(readonly TextTree[])], index: number): string {
    const word = all[index] ?? textTree('', service.place);
    const found = secretOf(all, index);
    const text = composeText(word) ?? '';
    if (!found) return singleQuoted(text);
    env[found.variable] = { secret: around.secrets.keyOf(secretVariable(found.variable, found.tree, facts)) };
    const before = found.before === '' ? '' : singleQuoted(found.before);
    return `${before}"$$${found.variable}"`;
  }
}

function singleQuoted(text: string): string {
  return `'${dollars(text).replaceAll("'", `'\\''`)}'`;
}

interface SecretWord {
  readonly variable: string;
  /** What of the word is secret. */
  readonly tree: TextTree;
  readonly before: string;
}

/** What is secret in a word: a variable that looks so, the value of an option that does, or an address with a password. */
function secretOf(all: readonly TextTree[], index: number): SecretWord | undefined {
  const word = all[index];
  if (!word) return undefined;
  const raw = word.text ?? '';
  const [, option, value] = /^-{1,2}([\w-]+)=(.+)$/s.exec(raw) ?? [];
  const before =
    composeText(all[index - 1])
      ?.replace(/^-+/, '')
      .replaceAll('-', '_') ?? '';
  const isOption = /^-/.test(composeText(all[index - 1]) ?? '') && looksSecret(before) && !raw.startsWith('-');
  const name = option?.replaceAll('-', '_');
  if (option !== undefined && value !== undefined && name !== undefined && (looksSecret(name) || isSecret(value, word)))
    return {
      variable: nameOf(value, word, name),
      tree: textTree(value, word.place),
      before: raw.slice(0, raw.length - value.length),
    };
  if (isOption) return { variable: nameOf(raw, word, before), tree: word, before: '' };
  return isSecret(raw, word) ? { variable: nameOf(raw, word, 'command_secret'), tree: word, before: '' } : undefined;
}

function isSecret(text: string, { place }: TextTree): boolean {
  const tree = textTree(text, place);
  return variablesOf(tree).some(looksSecret) || maskedText(composeText(tree) ?? '') !== composeText(tree);
}

function nameOf(text: string, { place }: TextTree, fallback: string): string {
  const [variable] = variablesOf(textTree(text, place)).filter(looksSecret);
  const name = (variable ?? fallback.toUpperCase()).replace(/[^A-Za-z0-9_]/g, '_');
  return /^[A-Za-z_]/.test(name) ? name : `_${name}`;
}

function secretVariable(name: string, tree: TextTree, owner: ServiceFacts): VariableFacts {
  const isWhole = /^\$\{?\w+(?:[:?-].*)?\}?$/s.test(tree.text ?? '') || variablesOf(tree).length === 0;
  const path = `services.${owner.service.name}.command`;
  return { owner, name, tree, path, value: composeText(tree), secrecy: isWhole ? 'whole' : 'part' };
}

/** Other services that a command names, and does not reach as it is. */
function tellHosts(
  words: readonly TextTree[],
  key: 'command' | 'entrypoint',
  facts: ServiceFacts,
  path: readonly string[],
  { hosts, listening, managed, report }: Around,
): void {
  for (const word of words) {
    for (const { target, host, port } of hosts.usesIn(composeText(word) ?? '', '', facts)) {
      const { transport, port: main } = listening.get(target) ?? {};
      const isSame = transport === 'tcp' && host === (target.appName ?? target.key.replaceAll('_', '-'));
      const isReplaced = managed.has(target.service.name) && target.known?.section !== 'rabbitmq';
      if ((isSame && !isReplaced) || target === facts) continue;
      const why = isReplaced
        ? `names ${host}, which is a managed service now`
        : transport === 'http' && (port ?? 80) === 80 && main !== undefined
          ? undefined
          : `names ${host}${port === undefined ? '' : `:${port}`}, which other services reach by the name of its app at port 80, or at its address with https: take it from a variable`;
      if (why !== undefined) report.left(word.place, `services.${facts.service.name}.${key}`, why, path);
    }
  }
}
