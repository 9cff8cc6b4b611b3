import type { Json, JsonObject } from '../../shared/json.ts';
import type { Refusal } from '../refusal.ts';

export interface ArmRequest {
  readonly method: string;
  /** Without the query, as sent. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Json | undefined;
  /** `https://management.azure.com`, or the address a foreign client used. */
  readonly origin: string;
  /** Object id of the caller. */
  readonly principal: string;
}

export interface ArmReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json;
  /** For the request log. */
  readonly operation?: string;
  /** The host of an app gives the answer. */
  readonly handOn?: HandOn;
}

/** A request that is one of the host of an app, when it has got as far as that. */
export interface HandOn {
  /** Id of the app. */
  readonly site: string;
  /** With its query, as the host has it. */
  readonly path: string;
}

export function ok(body: Json, status = 200): ArmReply {
  return { status, body };
}

export function refused(refusal: Refusal): ArmReply {
  const error = errorOf(refusal);
  if (refusal.isAppService) return { status: refusal.status, body: appServiceError(refusal) };
  return { status: refusal.status, body: refusal.isBare ? error : { error } };
}

function appServiceError({ code: Code, message: Message }: Refusal): JsonObject {
  const Details: JsonObject[] = [{ Message }, { Code }, { ErrorEntity: { Code, Message } }];
  return { Code, Message, Target: null, Details, Innererror: null };
}

/** The error of an answer or of an operation. */
export function errorOf({ status: _, isBare: __, isAppService: ___, ...error }: Refusal): JsonObject {
  return { ...error };
}

export function apiVersionOf(request: ArmRequest): string {
  return request.query.get('api-version') ?? '';
}

export function objectBody(body: Json | undefined): JsonObject | undefined {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? body : undefined;
}
