/** The decoded segments of a request's path, and its query. */
export interface RequestPath {
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

/**
 * Splits a request target before it decodes it, so that an encoded slash never makes a segment: as in Kestrel it stays `%2F`, and dot
 * segments, in any spelling, are resolved after that.
 * https://github.com/dotnet/aspnetcore/blob/main/src/Servers/Kestrel/Core/src/Internal/Http/PathNormalizer.cs
 * @returns undefined for what no client sends in good faith: malformed encodings, NUL.
 */
export function parseRequestPath(target: string): RequestPath | undefined {
  const absolute = /^https?:\/\/[^/?#]*/i.exec(target)?.[0] ?? '';
  const [raw = '', ...query] = target.slice(absolute.length).split('?');
  if (!raw.startsWith('/')) return undefined;
  const path = raw === '/' ? '' : raw.slice(1).replace(/\/$/, '');
  const segments = path === '' ? [] : path.split('/').map(decodeSegment);
  if (segments.some((segment) => segment === undefined)) return undefined;
  return { segments: withoutDots(segments as string[]), query: new URLSearchParams(query.join('?')) };
}

/** https://www.rfc-editor.org/rfc/rfc3986#section-5.2.4 */
function withoutDots(segments: readonly string[]): readonly string[] {
  const resolved: string[] = [];
  for (const segment of segments) {
    if (segment === '..') resolved.pop();
    else if (segment !== '.') resolved.push(segment);
  }
  return resolved;
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
