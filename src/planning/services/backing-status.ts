import { AzureError } from '../../azure/errors.ts';
import type { Azure } from '../../azure/ports.ts';
import type { BackingService } from '../../domain/api/service-views.ts';
import { nameOf } from '../../domain/ids.ts';
import type { EnvironmentState, ResourceRecord } from '../../domain/state.ts';
import { readResource } from '../../engine/live-resource.ts';
import type { ResourceKind } from '../../resources/kind.ts';
import { kindOfRecord } from '../../resources/registry.ts';
import { type JsonObject, jsonAt, scalarText } from '../../shared/json.ts';
import { mapLimited } from '../../shared/map-limited.ts';
import { READS_AT_A_TIME } from '../live-resources.ts';
import { portalLink } from '../portal-link.ts';

/** What the application uses besides its container apps, by the kinds that say of their condition; one read each. */
export async function backingServices(azure: Azure, state: EnvironmentState): Promise<readonly BackingService[]> {
  const records = Object.entries(state.resources).flatMap(([key, record]) => {
    const kind = kindOfRecord(record);
    return kind?.condition && kind.ownership === 'tagged' ? [{ key, record, kind, condition: kind.condition }] : [];
  });
  return await mapLimited(records, READS_AT_A_TIME, async ({ key, record, kind, condition }) => ({
    ...{ key, name: nameOf(record.id), id: record.id, type: record.type },
    portal: portalLink(azure, state, record.id),
    ...(await conditionOf(azure, record, kind, condition)),
  }));
}

async function conditionOf(
  { arm }: Pick<Azure, 'arm'>,
  { id }: Pick<ResourceRecord, 'id'>,
  kind: ResourceKind,
  condition: NonNullable<ResourceKind['condition']>,
): Promise<Pick<BackingService, 'health' | 'state' | 'address' | 'unread'>> {
  const nothing = { state: null, address: null, unread: null };
  try {
    const live = await readResource(arm, id, kind);
    if (!live) return { ...nothing, health: 'missing' };
    const state = textAt(live, condition.path);
    const address = kind.address === undefined ? null : textAt(live, kind.address);
    const health = state === null ? 'unknown' : state === condition.good ? 'ready' : 'not_ready';
    return { health, state, address, unread: null };
  } catch (error) {
    if (!(error instanceof AzureError)) throw error;
    return { ...nothing, health: 'unknown', unread: error.message };
  }
}

function textAt(live: JsonObject, path: string): string | null {
  return scalarText(jsonAt(live, path)) || null;
}
