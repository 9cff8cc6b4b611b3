import type { HistoryEvent } from '../../../src/runtime/durable/history.ts';
import type { Instance } from '../../../src/runtime/durable/instance.ts';
import type { Json } from '../../../src/shared/json.ts';

export type { Instance } from '../../../src/runtime/durable/instance.ts';

/** An orchestration as it was right before its last turn, with its whole recorded history. */
export function newExecutionOf(recorded: {
  readonly name: string;
  readonly instanceId: string;
  readonly input: Json;
  readonly history: readonly HistoryEvent[];
}): Instance {
  const at = recorded.history[0]?.Timestamp ?? '';
  return {
    ...recorded,
    history: [...recorded.history],
    version: '',
    executionId: 'recorded',
    parent: null,
    status: 'Running',
    customStatus: null,
    output: null,
    inbox: [],
    createdAt: at,
    updatedAt: at,
  };
}
