import { isJsonObject, type JsonObject, scalarText } from '../../shared/json.ts';
import type { ResourceRules } from '../desired.ts';
import type { DestroyOptions } from '../run.ts';
import type { ResourceRecord } from '../state.ts';
import { incarnation, markOf } from '../tags.ts';

/** What is known of one recorded resource, and what Azure has of it. */
export interface Candidate {
  /** Its key, or the name under which it was left behind. */
  readonly name: string;
  readonly record: ResourceRecord;
  /** `tagged`: it tells by its tags whose it is. Else it is whose its parent is, or whose record says so. */
  readonly ownership: ResourceRules['ownership'];
  /** Undefined: it is gone. */
  readonly live: JsonObject | 'unreadable' | undefined;
  /** Azure has no DELETE for it. */
  readonly isPartOfParent: boolean;
  /** The key of the configuration that keeps it where everything goes. */
  readonly keptBy?: string | undefined;
  /** Names of what others made in it that holds data, or that the configuration preserves. */
  readonly dataOfOthers: readonly string[];
}

/**
 * `keep`: it is let go of, as it is. `left_behind`: it stays ours, and the state goes on to know it.
 */
export type RemovalDecision =
  | { readonly action: 'delete' }
  | { readonly action: 'keep' | 'left_behind'; readonly reason: string }
  | { readonly action: 'gone' };

/** What may be done with it, by itself; that its parent goes or stays is another question. */
export function decideRemoval(
  candidate: Candidate,
  environment: string,
  { keepData, include }: Pick<DestroyOptions, 'keepData' | 'include'>,
): RemovalDecision {
  const { name, record, live, ownership, isPartOfParent, dataOfOthers, keptBy } = candidate;
  if (live === undefined) return { action: 'gone' };
  if (live === 'unreadable') return { action: 'left_behind', reason: 'it may not be looked at' };
  const mark = ownership === 'tagged' ? markOf(live.tags, environment) : 'ours';
  if (typeof mark === 'object') return { action: 'keep', reason: `of the environment ${mark.environment}` };
  if (isPartOfParent) return { action: 'keep', reason: 'Azure deletes it with its parent only' };
  if (!isIncluded(include, name, record.id)) {
    if (dataOfOthers.length > 0) {
      const reason = `in it others have ${dataOfOthers.join(', ')}; ${wayToInclude(name)}, and that with it`;
      return { action: 'left_behind', reason };
    }
    if (keptBy !== undefined) return { action: 'keep', reason: `${keptBy} keeps it; ${wayToInclude(name)}` };
    if (mark === 'unmarked') return { action: 'keep', reason: `not ours: it has lost our tag; ${wayToInclude(name)}` };
    if (!isMadeByUs(candidate)) {
      return { action: 'keep', reason: `adopted: nothing says that we made it; ${wayToInclude(name)}` };
    }
  }
  if (keepData && record.holds_data) return { action: 'left_behind', reason: 'holds data (--keep-data)' };
  return { action: 'delete' };
}

/** The run that made it wrote so into the state; a tag says it too, also after the state was reset. */
function isMadeByUs({ record, live }: Candidate): boolean {
  return record.created_by !== undefined || (isJsonObject(live) && incarnation(live) !== '');
}

function isIncluded(include: readonly string[], name: string, id: string): boolean {
  return include.some((one) => one === name || one.toLowerCase() === id.toLowerCase());
}

function wayToInclude(name: string): string {
  return `--include ${name} deletes it too`;
}

/** Why something that is in our group, and that the state does not know, stays. */
export function reasonOfStranger(listed: JsonObject & { readonly id: string }, environment: string): string {
  const mark = markOf(listed.tags, environment);
  if (typeof mark === 'object') return `of the environment ${mark.environment}`;
  if (mark === 'unmarked') return `not ours (${scalarText(listed.type)})`;
  return `carries our tag, and the state does not know it; ${wayToInclude(listed.id)}`;
}
