import type { Json } from '../../shared/json.ts';
import type { HistoryEvent } from './history.ts';

export type RuntimeStatus = 'Pending' | 'Running' | 'Suspended' | 'Completed' | 'Failed' | 'Terminated';

/** One orchestration as the journal's records add up to it. */
export interface Instance {
  readonly instanceId: string;
  readonly name: string;
  readonly version: string;
  /** Changes with each continue-as-new. */
  executionId: string;
  readonly parent: { readonly instanceId: string; readonly executionId: string; readonly taskId: number } | null;
  input: Json;
  status: RuntimeStatus;
  customStatus: Json;
  output: Json;
  history: HistoryEvent[];
  /** Messages that no turn has taken yet. */
  inbox: HistoryEvent[];
  readonly createdAt: string;
  updatedAt: string;
}

export function hasEnded({ status }: Instance): boolean {
  return hasEndedStatus(status);
}

export function hasEndedStatus(status: RuntimeStatus): boolean {
  return status === 'Completed' || status === 'Failed' || status === 'Terminated';
}
