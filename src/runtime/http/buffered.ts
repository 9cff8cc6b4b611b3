import type { IncomingMessage } from 'node:http';
import { orAborted } from '../abort.ts';
import type { HttpCookie, HttpData } from '../core-api.ts';
import { BodyTooLarge, checkDeclaredLength, type Exchange, functionHeaders, isHopByHop } from './exchange.ts';

type NullableMap = Readonly<Record<string, { readonly value: string }>>;

/** The default way of @azure/functions: whole request in, whole response out. */
export async function answerBuffered(exchange: Exchange): Promise<void> {
  const { request, response, path, route, signal } = exchange;
  const body = await orAborted(readBody(request, exchange.maxBodyBytes), signal);
  const http: HttpData = {
    method: exchange.method,
    url: `http://${exchange.host}${request.url ?? '/'}`,
    nullableHeaders: nullable(Object.entries(functionHeaders(request))),
    nullableQuery: nullable([...new Set(path.query.keys())].map((key) => [key, path.query.getAll(key).join(',')])),
    nullableParams: nullable(Object.entries(exchange.parameters)),
    body: body.length > 0 ? { bytes: body } : null,
  };
  const { invocationId, durableClient } = exchange;
  const called = exchange.call(route.functionName, { invocationId, durableClient, trigger: { http }, signal });
  const { returnValue } = await orAborted(called, signal);
  const answer = returnValue?.http;
  response.statusCode = answer?.statusCode === undefined ? 204 : Number(answer.statusCode);
  for (const [name, value] of Object.entries(answer?.headers ?? {})) {
    if (!isHopByHop(name)) response.setHeader(name, value);
  }
  const cookies = (answer?.cookies ?? []).map(serializeCookie);
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  const content = answer?.body?.bytes ?? Buffer.from(answer?.body?.string ?? '');
  if (response.statusCode !== 204 && response.statusCode !== 304) response.setHeader('content-length', content.length);
  response.end(request.method === 'HEAD' ? undefined : content);
}

/** @throws BodyTooLarge as soon as more came than is allowed. */
export async function readBody(request: IncomingMessage, maxBodyBytes: number): Promise<Buffer> {
  checkDeclaredLength(request, maxBodyBytes);
  const chunks: Buffer[] = [];
  let bytes = 0;
  // The request is not destroyed by leaving the loop, since the answer must still be written.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function nullable(entries: readonly (readonly [string, string])[]): NullableMap {
  return Object.fromEntries(entries.map(([name, value]) => [name, { value }]));
}

function serializeCookie(cookie: HttpCookie): string {
  const expires = cookie.expires?.value;
  const sameSite =
    cookie.sameSite === 'explicitNone' ? 'none' : cookie.sameSite === 'none' ? undefined : cookie.sameSite;
  const attributes = [
    `${cookie.name}=${encodeURIComponent(cookie.value)}`,
    cookie.maxAge && `Max-Age=${cookie.maxAge.value}`,
    cookie.domain && `Domain=${cookie.domain.value}`,
    cookie.path && `Path=${cookie.path.value}`,
    expires !== undefined && `Expires=${new Date(expires as string | number | Date).toUTCString()}`,
    cookie.httpOnly?.value && 'HttpOnly',
    cookie.secure?.value && 'Secure',
    sameSite && `SameSite=${sameSite[0]?.toUpperCase()}${sameSite.slice(1)}`,
  ];
  return attributes.filter((part) => typeof part === 'string').join('; ');
}
