/** The decoded segments of a request's path, and its query. */
export interface RequestPath {
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  /** As it came, without the query. */
  readonly raw: string;
}

/**
 * Splits a request target before it decodes it, so that an encoded slash never makes a segment: as in Kestrel it stays `%2F`.
 * @returns undefined for what no client sends in good faith: malformed encodings, NUL, dot segments in any spelling.
 */
export function parseRequestPath(target: string): RequestPath | undefined {
  const absolute = /^https?:\/\/[^/?#]*/i.exec(target)?.[0] ?? '';
  const [raw = '', ...query] = target.slice(absolute.length).split('?');
  if (!raw.startsWith('/')) return undefined;
  const path = raw === '/' ? '' : raw.slice(1).replace(/\/$/, '');
  const segments = path === '' ? [] : path.split('/').map(decodeSegment);
  if (segments.some((segment) => segment === undefined || segment === '.' || segment === '..')) return undefined;
  return { segments: segments as string[], query: new URLSearchParams(query.join('?')), raw };
}

function decodeSegment(segment: string): string | undefined {
  try {
    const decoded = segment
      .split(/(%2f)/i)
      .map((part) => (/^%2f$/i.test(part) ? part : decodeURIComponent(part)))
      .join('');
    return decoded.includes('\0') ? undefined : decoded;
  } catch {
    return undefined;
  }
}
