import { createMasker } from '../domain/masking.ts';
import { outboundCodeOf } from '../outbound/failure.ts';
import { isNoAnswer } from '../outbound/time-limits.ts';
import { deepestError } from './error-body.ts';

/** A failed answer of Azure, or no answer at all, in the words of its deepest code. */
export class AzureError extends Error {
  override readonly name = 'AzureError';
  /** Azure's code, or one of ours for what never reached it: `ConnectionFailed`, `CredentialUnavailable`, `Http502`. */
  readonly code: string;
  readonly statusCode: number | undefined;
  readonly correlationId: string | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterInSeconds: number | undefined;
  readonly target: string | undefined;
  /** What the request was about, without the ids of subscription and group: `Microsoft.App/containerApps/api`. */
  readonly resource: string | undefined;
  /** Codes on the way to the deepest one, outermost first. */
  readonly codes: readonly string[];

  constructor(fields: {
    readonly code: string;
    readonly message: string;
    readonly statusCode?: number | undefined;
    readonly correlationId?: string | undefined;
    readonly requestId?: string | undefined;
    readonly retryAfterInSeconds?: number | undefined;
    readonly target?: string | undefined;
    readonly resource?: string | undefined;
    readonly codes?: readonly string[];
  }) {
    // Without a cause: the errors of the SDKs hold their requests, with tokens in headers and secrets in bodies.
    super(cleanMessage(fields.message));
    this.code = fields.code.slice(0, MAX_CODE_LENGTH);
    this.statusCode = fields.statusCode;
    this.correlationId = fields.correlationId;
    this.requestId = fields.requestId;
    this.retryAfterInSeconds = fields.retryAfterInSeconds;
    this.target = fields.target?.slice(0, MAX_CODE_LENGTH);
    this.resource = fields.resource?.slice(0, MAX_CODE_LENGTH);
    this.codes = (fields.codes ?? [fields.code]).map((code) => code.slice(0, MAX_CODE_LENGTH));
  }
}

/** The same error, with what its request was about. */
export function aboutResource(error: AzureError, path: string): AzureError {
  return new AzureError({ ...error, message: error.message, resource: error.resource ?? resourceOf(path) });
}

function resourceOf(path: string): string | undefined {
  // Other addresses are signed, and name the status of an operation, not its resource.
  if (!path.startsWith('/')) return undefined;
  const [, resource] = /\/providers\/([^?]+)/i.exec(path) ?? [];
  if (resource !== undefined) return resource;
  const [, group] = /\/resourceGroups\/([^/?]+)/i.exec(path) ?? [];
  return group === undefined ? undefined : `the resource group ${group}`;
}

type Headers = Readonly<Record<string, string | undefined>>;

/** From an HTTP answer: any of Azure's error bodies, an empty one, or a gateway's HTML. */
export function errorOfResponse(status: number, headers: Headers, body: unknown): AzureError {
  const found = deepestError(body);
  // What is nothing of Azure's own: a proxy in between, or a service that is somewhere else now. The pipeline followed what it may.
  const isElsewhere = status >= 300 && status < 400;
  return new AzureError({
    code: isElsewhere ? 'UnexpectedAnswer' : (found?.code ?? `Http${status}`),
    message:
      found?.message ?? (isElsewhere ? redirected(status, headers) : `Azure answered ${status} without a message`),
    statusCode: status,
    correlationId: headers['x-ms-correlation-request-id'],
    requestId: headers['x-ms-request-id'],
    retryAfterInSeconds: retryAfterOf(headers),
    target: found?.target,
    ...(found && { codes: found.codes }),
  });
}

function redirected(status: number, { location = '' }: Headers): string {
  const to = URL.canParse(location) ? ` to ${new URL(location).origin}` : '';
  return `the answer is ${status} and leads elsewhere${to}, where nothing is sent`;
}

/** Of an answer whose body cannot be read: it was cut off on its way, or comes from a proxy. */
export const UNREAD = 'the answer is cut off, or does not come from Azure';

/**
 * From what an SDK throws; an AzureError stays what it is. What has nothing to do with Azure is a bug, and thrown again as
 * it is: taken for a passing failure, it would be tried again and again.
 */
export function errorOfException(error: unknown): AzureError {
  if (error instanceof AzureError) return error;
  const thrown = error as {
    name?: string;
    code?: string;
    statusCode?: number;
    message?: string;
    details?: unknown;
    response?: { headers?: { toJSON?: () => Record<string, string> }; bodyAsText?: string | null };
  };
  const message = thrown.message ?? String(error);
  const { statusCode } = thrown;
  // The SDKs' own words about an answer that they cannot read quote all of it, a secret's value among the rest.
  const isUnread = thrown.code === 'PARSE_ERROR';
  if (isUnread && (statusCode ?? 0) < 400) return new AzureError({ code: 'ConnectionFailed', message: UNREAD });
  const signIn = /Credential|Authentication/.test(thrown.name ?? '');
  // What Entra says in the text of whatever tried to sign in: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
  const isAnswered = statusCode === undefined || (statusCode < 500 && statusCode !== 429);
  const [said] = signIn && isAnswered ? (/\bAADSTS\d+\b/.exec(message) ?? []) : [];
  if (said !== undefined) return new AzureError({ code: said, message, codes: ['CredentialUnavailable', said] });
  if (statusCode !== undefined) {
    const headers = thrown.response?.headers?.toJSON?.() ?? {};
    const body = thrown.details ?? thrown.response?.bodyAsText ?? undefined;
    const fromBody = errorOfResponse(statusCode, headers, body);
    const isEmpty = fromBody.code === `Http${statusCode}`;
    if (!isEmpty || isUnread) return fromBody;
    const code = thrown.code && !/^REQUEST_/.test(thrown.code) ? thrown.code : fromBody.code;
    return new AzureError({ ...fromBody, code, codes: [code], message });
  }
  if (signIn) return new AzureError({ code: 'CredentialUnavailable', message });
  const onItsWay = outboundCodeOf(thrown);
  if (onItsWay) return new AzureError({ code: onItsWay, message });
  if (!isLostConnection(thrown)) throw error;
  return new AzureError({
    code: thrown.code === 'ENOTFOUND' ? 'HostNotFound' : 'ConnectionFailed',
    message: lostMessage(thrown, message),
  });
}

function lostMessage(error: { readonly name?: string; readonly code?: string }, message: string): string {
  if (error.name === 'AbortError') return 'Azure did not answer in time';
  return isNoAnswer(error) ? message : `${message} (${error.code})`;
}

/** Nobody answered: the connection was lost, or the name leads nowhere. */
export function isOutOfReach({ code }: AzureError): boolean {
  return code === 'ConnectionFailed' || code === 'HostNotFound';
}

/** What an SDK throws of its own where an answer is not what it expects: no class, no code. */
const OF_SHAPE: readonly unknown[] = [Error, TypeError, SyntaxError, RangeError];

/** The same where an SDK takes an answer apart: what it trips over there, without a code, is the answer. */
export function errorOfSdk(error: unknown): AzureError {
  if (!(error instanceof Error) || !OF_SHAPE.includes(error.constructor) || 'code' in error) {
    return errorOfException(error);
  }
  // What cannot be parsed is quoted by the parser.
  const detail = error instanceof SyntaxError ? error.name : error.message;
  const message = `the answer is not as Azure documents it (${detail})`;
  return new AzureError({ code: 'UnexpectedAnswer', message });
}

/** Node's own codes for sockets, names and certificates; those that begin with ERR_ are wrong calls of ours, save two. */
function isLostConnection({ name, code }: { readonly name?: string; readonly code?: string }): boolean {
  if (name === 'AbortError' || name === 'RestError') return true;
  if (code === undefined) return false;
  return /^E[A-Z]+(_[A-Z]+)?$|CERT|^UNABLE_TO_/.test(code) && !/^ERR_(?!TLS_|STREAM_PREMATURE_CLOSE)/.test(code);
}

/**
 * Seconds, fractions kept: `x-ms-retry-after-ms` wins over `Retry-After` (seconds or a date). What is neither, e.g. `1e30`,
 * is no time. Source of the forms: RFC 9110, section 10.2.3.
 */
export function retryAfterOf(headers: Headers): number | undefined {
  const milliseconds = decimalOf(headers['x-ms-retry-after-ms'] ?? headers['retry-after-ms']);
  if (milliseconds !== undefined) return bounded(milliseconds / 1000);
  const text = headers['retry-after'];
  const seconds = decimalOf(text);
  if (seconds !== undefined) return bounded(seconds);
  const date = Date.parse(text ?? '');
  return Number.isNaN(date) ? undefined : bounded((date - Date.now()) / 1000);
}

function decimalOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*-?\d+(\.\d+)?\s*$/.test(text) ? Number(text) : undefined;
}

/**
 * A durable timer sleeps as long as it is asked to, so a wait has no limit of its own; only the moment of its end must be one
 * that every host can write down. Ten years are the longest timer that the embedded runtime holds in one piece; on Azure
 * the library makes a chain of shorter timers of what is longer than the host's `maximumShortTimerDuration`.
 */
const LONGEST_TIMER_IN_SECONDS = 3650 * 24 * 3600;

function bounded(seconds: number): number {
  return Math.min(Math.max(0, seconds), LONGEST_TIMER_IN_SECONDS);
}

const MAX_MESSAGE_LENGTH = 1200;
/** Of a code or a target; real ones are far shorter. */
const MAX_CODE_LENGTH = 200;

/** Far more than is shown: masking takes long on long text. */
const MAX_READ_LENGTH = 8000;
const masker = createMasker([]);

/** Messages of Azure may quote signed addresses, tokens and connection strings. */
function cleanMessage(message: string): string {
  // Cut between words, so that no half of a token escapes the patterns.
  const read = message.length > MAX_READ_LENGTH ? message.slice(0, MAX_READ_LENGTH).replace(/\s*\S*$/, '…') : message;
  const cleaned = masker.mask(read.replace(/([?&](?:sig|se|sp|sv|t|c|s|h|code)=)[^\s&"']+/g, '$1***')).trim();
  return cleaned.length > MAX_MESSAGE_LENGTH ? `${cleaned.slice(0, MAX_MESSAGE_LENGTH)}…` : cleaned;
}
