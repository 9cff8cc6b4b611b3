import type { BlobWrite } from '../helpers/blobs/blobs.ts';

/** What a blob is, whatever the run is called: `state`, `memory/store_secrets`, `answers/store_secrets-1`. */
export function documentOf(name: string): string {
  if (!name.includes('/')) return 'state';
  const [, kind = '', , ...rest] = name.split('/');
  if (kind === 'runs')
    return rest
      .slice(1)
      .join('/')
      .replace(/\.json$/, '');
  return { summaries: 'summary', configs: 'config', keys: 'key' }[kind] ?? kind;
}

/** The documents that were written by these, with how often. */
export function writtenBy(writes: readonly BlobWrite[]): Readonly<Record<string, number>> {
  const groups = Map.groupBy(writes, ({ name }) => documentOf(name));
  return Object.fromEntries([...groups].map(([document, all]) => [document, all.length]));
}

/** The runs that something is stored of. */
export function runsIn(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.flatMap((name) => /\/runs\/[^/]+\/([^/]+)\//.exec(name)?.[1] ?? []));
}
