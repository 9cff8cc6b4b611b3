import { ulid } from 'ulid';
import type { AuditEntry } from '../../domain/audit.ts';
import type { RunServices } from '../services.ts';

/** Writes down who asked for something, beside the runs of the environment that it was about. */
export async function recordCall(
  { clock, stores }: Pick<RunServices, 'clock' | 'stores'>,
  call: Omit<AuditEntry, 'id' | 'at'>,
): Promise<void> {
  const now = clock.now();
  await stores(call.environment).runs.record({ id: ulid(now.getTime()), at: now.toISOString(), ...call });
}
