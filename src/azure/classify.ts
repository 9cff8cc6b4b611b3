import { ERROR_TABLE, type ErrorRow } from './error-table.ts';
import type { AzureError } from './errors.ts';

/** What to do after an error. */
export type ErrorClass =
  /** The same request again, after the given time or a backoff. */
  | { readonly kind: 'retry'; readonly afterInSeconds?: number; readonly hint: string }
  /** Another operation is under way: waiting for it costs time and counts as no attempt. */
  | { readonly kind: 'wait'; readonly afterInSeconds: number; readonly hint: string }
  /** A fresh grant or identity is not known everywhere yet. */
  | {
      readonly kind: 'propagation';
      readonly afterInSeconds: number;
      readonly limitInSeconds: number;
      readonly hint: string;
    }
  /** As good as done. */
  | { readonly kind: 'ok'; readonly hint: string }
  /** For a person to settle: `act` by something that the hint names, `end` by another configuration or subscription. */
  | { readonly kind: 'act' | 'end'; readonly hint: string };

/** How long Azure may take to make a grant effective everywhere. */
const PROPAGATION_LIMIT_IN_SECONDS = 600;
const PROPAGATION_LOOK_IN_SECONDS = 10;
const WAIT_IN_SECONDS = 10;
/** A 429 without Retry-After. */
const THROTTLE_IN_SECONDS = 30;

export interface ErrorContext {
  /** For `delete` a missing resource is a success. */
  readonly operation?: 'read' | 'write' | 'delete' | 'start';
}

/** Decides by the deepest code that the table knows, else by the HTTP status. */
export function classifyError(error: AzureError, context: ErrorContext = {}): ErrorClass {
  const isGone = error.statusCode === 404 || /NotFound$/i.test(error.code);
  if (context.operation === 'delete' && isGone) return { kind: 'ok', hint: 'Nothing: it is gone.' };
  const row = rowFor(error);
  return row ? byRow(row, error) : byStatus(error);
}

/** By the deepest code that the table knows: a service may put a code of its own inside a general one. */
function rowFor({ code, codes, message }: AzureError): ErrorRow | undefined {
  for (const known of [code, ...codes.toReversed()]) {
    const wanted = known.toLowerCase();
    const row = ERROR_TABLE.find(
      ({ codes, when }) => codes.some((one) => one.toLowerCase() === wanted) && (!when || when.test(message)),
    );
    if (row) return row;
  }
  return undefined;
}

function byRow({ kind, hint, limitInSeconds }: ErrorRow, { retryAfterInSeconds }: AzureError): ErrorClass {
  switch (kind) {
    case 'retry':
      return { kind, hint, ...(retryAfterInSeconds !== undefined && { afterInSeconds: retryAfterInSeconds }) };
    case 'wait':
      return { kind, hint, afterInSeconds: retryAfterInSeconds ?? WAIT_IN_SECONDS };
    case 'propagation': {
      const afterInSeconds = retryAfterInSeconds ?? PROPAGATION_LOOK_IN_SECONDS;
      return { kind, hint, afterInSeconds, limitInSeconds: limitInSeconds ?? PROPAGATION_LIMIT_IN_SECONDS };
    }
    case 'ok':
    case 'act':
    case 'end':
      return { kind, hint };
  }
}

const UNKNOWN = 'Look the code up in the documentation of Azure; the correlation id helps its support.';
const NO_CODE =
  'Azure, or a gateway before it, gave no code; run again later. The correlation id helps the support of Azure.';

function byStatus({ code, statusCode: status, retryAfterInSeconds: afterInSeconds }: AzureError): ErrorClass {
  const hint = /^Http\d+$/.test(code) ? NO_CODE : UNKNOWN;
  const after = afterInSeconds !== undefined && { afterInSeconds };
  if (status === 429) return { kind: 'retry', hint, afterInSeconds: afterInSeconds ?? THROTTLE_IN_SECONDS };
  if (status === undefined || status >= 500 || status === 408 || status === 409 || status === 401)
    return { kind: 'retry', hint, ...after };
  return { kind: 'end', hint };
}
