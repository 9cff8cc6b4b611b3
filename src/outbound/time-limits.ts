/** How long a request may wait, in seconds; each kind of call has its own. */
export interface TimeLimits {
  /** For the connection, with TLS and with the tunnel of a proxy. */
  readonly connect: number;
  /** From the last byte of the request to the first of its answer. */
  readonly firstByte: number;
  /** Between bytes, of the request as of its answer. */
  readonly idle: number;
  /** What counts as going on within `idle`, so that no answer comes a byte at a time. */
  readonly leastBytes: number;
  /** From beginning to end; absent for what goes on for as long as it likes. */
  readonly whole?: number;
}

/**
 * Of a call that nobody said more about. Azure's services answer or give up within a minute: Resource Manager waits 60 seconds for the
 * service behind it, and says so with a 504.
 * https://github.com/cloud-and-ai-microsoft/resource-provider-contract/blob/master/v1.0/common-api-details.md#client-request-timeout
 */
export const USUAL_LIMITS: TimeLimits = { connect: 15, firstByte: 75, idle: 30, leastBytes: 1024, whole: 150 };

export type Phase = 'connection' | 'first byte' | 'rest' | 'whole';
const WHAT: Readonly<Record<Phase, string>> = {
  connection: 'no connection to it',
  'first byte': 'its answer did not begin',
  rest: 'what was said did not go on',
  whole: 'the answer did not end',
};

/** Whether that is what became of a request, in the SDKs' own error too. */
export function isNoAnswer(error: unknown): boolean {
  return error instanceof NoAnswer || (error instanceof Error && error.cause instanceof NoAnswer);
}

/** Nobody answered within the limits. Its code is that of a connection that the system gave up, and so is what is done about it. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly code = 'ETIMEDOUT';

  constructor(host: string, phase: Phase, seconds: number) {
    super(`no answer from ${host} for ${seconds} seconds: ${WHAT[phase]}`);
  }
}
