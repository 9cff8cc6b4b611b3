import { baseAddress } from '../http/client.ts';

/**
 * What one would have typed instead: words, each quoted where a shell of POSIX would read more into it, and where it goes to.
 *
 * @param words of the command; options that are not given are undefined
 */
export function commandLine(words: readonly (string | undefined)[], environment: string): string {
  const remote = new URL(baseAddress(), location.href).href.replace(/\/api\/$/, '');
  const all = ['draftgenie-deploy', ...words, '--environment', environment, '--remote', remote];
  return all.flatMap((word) => (word === undefined ? [] : [quoted(word)])).join(' ');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
