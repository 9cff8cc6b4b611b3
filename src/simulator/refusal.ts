import type { JsonObject } from '../shared/json.ts';

/** An answer of Azure's that says no. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** What it is about, where Azure names it beside the message. */
  readonly target?: string;
  /** The refusals that are behind it. */
  readonly details?: JsonObject[];
  readonly additionalInfo?: JsonObject[];
  /** The service answers code and message without `error` around them. */
  readonly isBare?: true;
  /** App Service answers in a form of its own: https://github.com/Azure/azure-cli/issues/31414. */
  readonly isAppService?: true;
}

export function refuse(status: number, code: string, message: string): Refusal {
  return { status, code, message };
}
