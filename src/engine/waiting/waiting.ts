/** A step has nothing to do until Azure has moved on. */
export type Waiting = {
  readonly kind: 'waiting';
  readonly retryAfterInSeconds: number;
  readonly on: string;
  /** It waits for people, so that a run that is cancelled ends here. */
  readonly isIdle?: true;
};

export function isWaiting(value: unknown): value is Waiting {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'waiting';
}

/** Nothing more can start before all of them have ended: ask again when the slowest wants to be asked. */
export function untilAll(waits: readonly Waiting[]): Waiting {
  return combine(waits, Math.max);
}

/** Each may let something else start: ask again as soon as one wants to be asked. */
export function untilAny(waits: readonly Waiting[]): Waiting {
  return combine(waits, Math.min);
}

function combine(waits: readonly Waiting[], choose: (...seconds: number[]) => number): Waiting {
  return {
    kind: 'waiting',
    retryAfterInSeconds: choose(...waits.map(({ retryAfterInSeconds }) => retryAfterInSeconds)),
    on: [...new Set(waits.map(({ on }) => on))].join(', '),
    ...(waits.every(({ isIdle }) => isIdle) && { isIdle: true }),
  };
}
