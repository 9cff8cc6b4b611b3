import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { HttpResponseInit } from '@azure/functions';
import { once } from '../../shared/once.ts';
import { HttpProblem } from './answer.ts';
import type { RouteHandler } from './handler.ts';

/** What the page loads, each with its type. Nothing else is read from the folder. */
const FILES: Readonly<Record<string, string>> = {
  'page.js': 'text/javascript; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};

/**
 * Nothing from elsewhere, nothing inline, no text that becomes markup, and no other site around it.
 * https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Content-Security-Policy
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

/** The page without any data: it asks the other routes, each with its caller's key. */
export const showPageHandler: RouteHandler = async ({ base }) => {
  const text = await fileOfPage('page.html');
  return {
    status: 200,
    body: text.toString('utf8').replaceAll('{base}', base),
    headers: { ...HEADERS, 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' },
  };
};

export const showPageFileHandler: RouteHandler = async ({ request }) => {
  const name = request.params.file ?? '';
  const type = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
  if (type === undefined) throw missing(`The page has no file ${name.slice(0, 40)}.`);
  const body = await fileOfPage(name);
  const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
  const headers = { ...HEADERS, etag, 'cache-control': 'no-cache' };
  if (request.headers.get('if-none-match') === etag) return { status: 304, headers };
  return { status: 200, body, headers: { ...headers, 'content-type': type } } satisfies HttpResponseInit;
};

async function fileOfPage(name: string): Promise<Buffer> {
  const folder = pageFolder();
  if (!folder) throw missing('This build of the app has no page.');
  return await readFile(new URL(name, folder));
}

/** In the build of the sources; in a bundle at the top, where the app's own files are in a folder. */
const pageFolder = once((): URL | undefined => {
  const names = import.meta.url.endsWith('.ts') ? ['../../../dist/page/'] : ['./page/', '../page/'];
  return names.map((name) => new URL(name, import.meta.url)).find((url) => existsSync(url));
});

function missing(detail: string): HttpProblem {
  return new HttpProblem(404, 'page_missing', detail);
}
