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

/** The blobs that were written so far, with how often. */
export function writtenBy(writes: readonly BlobWrite[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { name, version } of writes) counts.set(documentOf(name), version);
  return counts;
}
