import type { PlannedResource } from '../../domain/plan-schema.ts';
import { namedIds } from '../../domain/removal/named-ids.ts';
import { kindOf } from '../../resources/registry.ts';
import { type JsonObject, jsonAt, scalarText } from '../../shared/json.ts';

/** Live bodies by lower-case id. */
export type Bodies = ReadonlyMap<string, JsonObject>;

/**
 * What something that stays needs stays too: what its body names, by id or by address, and what is granted to it. An app that goes on
 * running is nothing without its environment, its image, its identity and that one's rights, whoever made them.
 */
export function withNeeded(lines: readonly PlannedResource[], bodies: Bodies): readonly PlannedResource[] {
  const staying = lines.filter(({ action }) => action === 'left_behind' || action === 'keep');
  const needs = staying.map((line) => needsOf(line, bodies));
  const after = lines.map((line): PlannedResource => {
    if (line.action !== 'delete' || line.goesWith !== undefined) return line;
    const holder = needs.find((one) => isNeeded(one, line, bodies));
    if (!holder) return line;
    const { key, id, type } = line;
    return { key, id, type, action: 'left_behind', reason: `${holder.key}, which stays, needs it` };
  });
  const isSettled = after.every((line, index) => line === lines[index]);
  return isSettled ? after : withNeeded(after, bodies);
}

interface Needs {
  readonly key: string;
  /** In lower case. */
  readonly ids: readonly string[];
  /** All that its body says, in lower case. */
  readonly text: string;
  readonly principal: string | undefined;
}

function needsOf({ key, id }: PlannedResource, bodies: Bodies): Needs {
  const body = bodies.get(id.toLowerCase()) ?? {};
  return {
    key,
    ids: namedIds(body).map((named) => named.toLowerCase()),
    text: JSON.stringify(body).toLowerCase(),
    principal: principalOf(body),
  };
}

function isNeeded({ ids, text, principal }: Needs, { id, type }: PlannedResource, bodies: Bodies): boolean {
  const body = bodies.get(id.toLowerCase()) ?? {};
  const address = hostOf(body, kindOf(type)?.address);
  const grantee = principalOf(body);
  return (
    ids.includes(id.toLowerCase()) ||
    (address !== undefined && text.includes(address)) ||
    (grantee !== undefined && principal === grantee)
  );
}

/** Of an identity its own, of a grant whose it is. */
function principalOf(body: JsonObject): string | undefined {
  return scalarText(jsonAt(body, 'properties.principalId')) || undefined;
}

/** The name of the host by which others reach it, in lower case. */
function hostOf(body: JsonObject, path: string | undefined): string | undefined {
  const address = path === undefined ? '' : scalarText(jsonAt(body, path)).toLowerCase();
  return (URL.canParse(address) ? new URL(address).host : address) || undefined;
}
