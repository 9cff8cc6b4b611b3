import type { Json, JsonObject } from '../../../shared/json.ts';

export interface RegistryReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonObject | undefined;
  /** Instead of a JSON body. */
  readonly content?: Buffer;
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes */
export function failure(status: number, code: string, message: string, detail: Json = {}): RegistryReply {
  return { status, headers: {}, body: { errors: [{ code, message, detail }] } };
}
