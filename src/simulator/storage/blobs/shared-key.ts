import { createHmac, timingSafeEqual } from 'node:crypto';
import { type HttpRequest, headerOf } from '../../http.ts';

/** Signed headers, in this order. */
const STANDARD = [
  ...['content-encoding', 'content-language', 'content-length', 'content-md5', 'content-type', 'date'],
  ...['if-modified-since', 'if-match', 'if-none-match', 'if-unmodified-since', 'range'],
];

/**
 * Whether a request is signed with one of the keys:
 * https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key#blob-queue-and-file-services-shared-key-authorization
 */
export function isSignedWith(request: HttpRequest, account: string, keys: readonly string[]): boolean {
  const [, name = '', signature = ''] = /^SharedKey ([^:]+):(.+)$/.exec(headerOf(request, 'authorization') ?? '') ?? [];
  if (name !== account) return false;
  const given = Buffer.from(signature);
  return keys.some((key) => {
    const mac = createHmac('sha256', Buffer.from(key, 'base64')).update(signedText(request, account));
    const expected = Buffer.from(mac.digest('base64'));
    return expected.length === given.length && timingSafeEqual(expected, given);
  });
}

function signedText(request: HttpRequest, account: string): string {
  const standard = STANDARD.map((name) => {
    const value = headerOf(request, name) ?? '';
    return name === 'content-length' && value === '0' ? '' : value;
  });
  const own = Object.keys(request.headers)
    .filter((name) => name.startsWith('x-ms-'))
    .sort()
    .map((name) => `${name}:${(headerOf(request, name) ?? '').trim()}`);
  const names = [...new Set([...request.query.keys()].map((name) => name.toLowerCase()))].sort();
  const query = names.map((name) => `\n${name}:${request.query.getAll(name).sort().join(',')}`).join('');
  const resource = `/${account}${request.path.split('/').map(encodeURIComponent).join('/')}${query}`;
  return [request.method, ...standard, ...own, resource].join('\n');
}
