import { isBelow } from '../domain/ids.ts';
import type { ResourceRecord } from '../domain/state.ts';
import { stepDefinition } from '../domain/steps.ts';
import { kindOfRecord } from '../resources/registry.ts';

/** What a run made and what may go, the newest step first: nothing that holds data or has something below it that does. */
export function removable(
  resources: Readonly<Record<string, ResourceRecord>>,
  runId: string,
): readonly (readonly [key: string, record: ResourceRecord])[] {
  const holdingData = Object.values(resources).filter(({ holds_data }) => holds_data);
  const isNeeded = ({ id, holds_data }: ResourceRecord): boolean =>
    holds_data || holdingData.some((other) => isBelow(other.id, id));
  return Object.entries(resources)
    .filter(([, record]) => {
      const isOwn = record.created_by === runId && kindOfRecord(record)?.deletion.how !== 'with-parent';
      return isOwn && !isNeeded(record);
    })
    .sort(([, a], [, b]) => stepDefinition(b.step).number - stepDefinition(a.step).number);
}
