import type { ArmResource } from '../../azure/ports.ts';
import { incarnation } from '../../domain/tags.ts';
import { jsonAt, scalarText } from '../../shared/json.ts';

/** An app that is there, and what tells it from an earlier one of its name. */
export interface LiveApp {
  readonly key: string;
  readonly live: ArmResource;
  readonly made: string;
}

/** Without a tag the time at which it was made tells it from an earlier one. */
export function madeAt(live: ArmResource): string {
  return incarnation(live) || scalarText(jsonAt(live, 'systemData.createdAt'));
}
