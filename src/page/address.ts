import { useEffect, useState } from 'preact/hooks';

/** What is shown; it stands behind the `#` of the address, which no server sees. */
export type Place =
  | { readonly kind: 'environments' }
  | { readonly kind: 'environment'; readonly environment: string }
  | { readonly kind: 'run'; readonly runId: string; readonly environment: string };

/** An id of a run ends with a ULID. */
const ULID_AND_HYPHEN = 27;

export function placeAt(hash: string): Place {
  const [path = ''] = hash.replace(/^#\/?/, '').split('?');
  const [kind, name] = path.split('/').map(decoded);
  if (kind === 'environments' && name) return { kind: 'environment', environment: name };
  if (kind === 'runs' && name) return { kind: 'run', runId: name, environment: name.slice(0, -ULID_AND_HYPHEN) };
  return { kind: 'environments' };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The code to sign in with that `draftgenie-deploy open` put behind the place. */
export function signInCodeIn(hash: string): string | undefined {
  return /\?code=([\w-]+)$/.exec(hash)?.[1];
}

export const environmentAddress = (environment: string): string => `#/environments/${encodeURIComponent(environment)}`;
export const runAddress = (runId: string): string => `#/runs/${encodeURIComponent(runId)}`;

export function usePlace(): Place {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = (): void => {
      setHash(location.hash);
      scrollTo(0, 0);
    };
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return placeAt(hash);
}
