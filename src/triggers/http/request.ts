import type { HttpRequest } from '@azure/functions';
import type { z } from 'zod';
import { ENVIRONMENT_NAME } from '../../domain/environment-name.ts';
import { RUN_ID } from '../../domain/runs/run-id.ts';
import { MAX_JSON_DEPTH, nestsDeeperThan } from '../../shared/json-depth.ts';
import type { RequestLimits } from '../app-services.ts';
import { HttpProblem, invalidRequest } from './answer.ts';

/** Query members that belong to the host: the function key and its client. */
const OF_THE_HOST = new Set(['code', 'clientId']);

export function environmentOf(request: HttpRequest): string {
  const name = request.params.environment ?? '';
  if (ENVIRONMENT_NAME.test(name)) return name;
  throw invalidRequest([
    { path: 'environment', message: 'must be a lower-case letter and up to 38 letters, digits or hyphens' },
  ]);
}

export function runIdOf(request: HttpRequest): string {
  const runId = request.params.runId ?? '';
  if (RUN_ID.test(runId)) return runId;
  throw invalidRequest([{ path: 'runId', message: 'must be <environment>-<26 digits and letters of a ULID>' }]);
}

/** The query as the schema wants it: lists from repeated or comma-separated members, booleans from their words. */
export function readQuery<Schema extends z.ZodObject>(request: HttpRequest, schema: Schema): z.infer<Schema> {
  const names = [...new Set(request.query.keys())].filter((name) => !OF_THE_HOST.has(name));
  const entries = names.map((name) => [name, queryValue(schema, name, request.query.getAll(name))] as const);
  return parseWith(schema, Object.fromEntries(entries), 'option');
}

function queryValue(schema: z.ZodObject, name: string, given: readonly string[]): unknown {
  const kind = kindOf(schema.shape[name]);
  if (kind === 'array') return given.flatMap((text) => text.split(',')).filter((text) => text !== '');
  const text = given.at(-1) ?? '';
  if (kind !== 'boolean') return text;
  if (text === '' || text === 'true') return true;
  return text === 'false' ? false : text;
}

function kindOf(schema: unknown): string | undefined {
  const { type, def } = (schema ?? {}) as { type?: string; def?: { innerType?: unknown } };
  return type === 'default' || type === 'optional' ? kindOf(def?.innerType) : type;
}

/** Throws a 400 that names every member that is wrong, and what is allowed. */
export function parseWith<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalidRequest(
    result.error.issues.map((issue) => {
      if (issue.code !== 'unrecognized_keys') return { path: issue.path.map(String).join('.'), message: issue.message };
      const allowed = 'shape' in schema ? Object.keys(schema.shape as object).join(', ') : '';
      return { path: issue.keys.join(', '), message: `unknown ${what}${allowed && `; allowed are ${allowed}`}` };
    }),
  );
}

export function contentTypeOf(request: HttpRequest): string {
  return (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** A small JSON body. */
export async function readJson<Schema extends z.ZodType>(
  request: HttpRequest,
  schema: Schema,
  limits: RequestLimits,
): Promise<z.infer<Schema>> {
  if (contentTypeOf(request) !== 'application/json') {
    throw new HttpProblem(415, 'content_type_unsupported', 'The body must be application/json.');
  }
  return parseWith(schema, parseJson(await readText(request, limits)), 'member');
}

export function parseJson(text: string): unknown {
  if (nestsDeeperThan(text, MAX_JSON_DEPTH)) {
    throw invalidRequest([{ path: '', message: `the body nests deeper than ${MAX_JSON_DEPTH} levels` }]);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalidRequest([{ path: '', message: `the body is not JSON: ${(cause as Error).message}` }]);
  }
}

/** The whole body as UTF-8 text. It is read as it comes and given up at its limits, so that none fills the memory. */
export async function readText(request: HttpRequest, limits: RequestLimits): Promise<string> {
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (declared > limits.bodyInBytes) throw tooLarge(limits);
  const reader = request.body?.getReader();
  if (!reader) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    const message = `The body did not come whole within ${limits.bodyInSeconds} seconds.`;
    timer = setTimeout(() => reject(new HttpProblem(408, 'body_timeout', message)), limits.bodyInSeconds * 1000);
  });
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), expired]);
      if (done) break;
      size += value.byteLength;
      if (size > limits.bodyInBytes) throw tooLarge(limits);
      chunks.push(value);
    }
  } catch (error) {
    // Tells the host to read no more; that it may be gone already changes nothing.
    reader.cancel(error).catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return decodeUtf8(Buffer.concat(chunks));
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalidRequest([{ path: '', message: 'the body is not UTF-8 text' }]);
  }
}

function tooLarge({ bodyInBytes }: RequestLimits): HttpProblem {
  return new HttpProblem(413, 'body_too_large', `The body has more than ${bodyInBytes} bytes.`);
}
