import type { Json, JsonObject } from '../shared/json.ts';

type Method = 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';

export interface ArmAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
}

/** Sends one request to a path of Resource Manager, or to an absolute address of the same origin, which is sent unchanged. */
export type SendArm = (
  method: Method,
  path: string,
  options: {
    readonly apiVersion?: string;
    readonly body?: JsonObject;
    readonly query?: Readonly<Record<string, string>>;
    readonly headers?: Readonly<Record<string, string>>;
    readonly repeatable?: boolean;
  },
) => Promise<ArmAnswer>;
