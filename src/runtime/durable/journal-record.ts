import type { Json } from '../../shared/json.ts';
import type { HistoryEvent } from './history.ts';
import type { Instance, RuntimeStatus } from './instance.ts';

/** A new orchestration, with the event that begins it in its inbox. */
export interface InstanceStart {
  readonly instanceId: string;
  readonly executionId: string;
  readonly name: string;
  readonly version: string;
  readonly input: Json;
  readonly parent: Instance['parent'];
  readonly event: HistoryEvent;
  readonly at: string;
}

/** A message for another orchestration: a child's end for its parent. */
export interface Message {
  readonly instanceId: string;
  /** Messages for an execution that is over are dropped. */
  readonly executionId?: string;
  readonly event: HistoryEvent;
}

/** What the journal keeps. Each record is applied whole or not at all. */
export type JournalRecord =
  | { readonly type: 'start'; readonly start: InstanceStart }
  | { readonly type: 'message'; readonly message: Message; readonly at: string }
  | {
      readonly type: 'turn';
      readonly instanceId: string;
      readonly executionId: string;
      /** How many messages of the inbox the turn took. */
      readonly consumed: number;
      readonly events: readonly HistoryEvent[];
      readonly status: RuntimeStatus;
      readonly customStatus: Json;
      readonly output: Json;
      readonly starts: readonly InstanceStart[];
      readonly messages: readonly Message[];
      /** The orchestration starts over with this event and input. */
      readonly restart?: { readonly executionId: string; readonly input: Json; readonly event: HistoryEvent };
      readonly at: string;
    }
  | {
      /** What a client asks of an instance. Rewind takes the failures out of the history, so that what failed runs again. */
      readonly type: 'terminate' | 'suspend' | 'resume' | 'rewind';
      readonly instanceId: string;
      readonly reason: string;
      readonly at: string;
    }
  | { readonly type: 'purge'; readonly instanceId: string }
  | { readonly type: 'snapshot'; readonly instance: Instance };
