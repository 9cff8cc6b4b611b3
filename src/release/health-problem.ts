/** Why a revision gets no traffic, or loses it. */
export interface HealthProblem {
  readonly kind: 'problem';
  readonly text: string;
  /** Azure has judged: it is no matter of patience. */
  readonly isUnhealthy: boolean;
  readonly revision?: string;
}
