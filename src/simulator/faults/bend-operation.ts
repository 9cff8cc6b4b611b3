import type { Fault } from '../faults.ts';
import type { StoredOperation, StoredResource } from '../store.ts';

/** Nobody waits until then. */
const NEVER = '9999-12-31T23:59:59.999Z';

/** What a fault orders of an operation. @param present the resource of a deletion, as it was */
export function bendOperation(operation: StoredOperation, fault: Fault, present: StoredResource | undefined): void {
  if (fault.kind === 'failOperation') operation.failure = { status: 400, code: fault.code, message: fault.message };
  if (fault.kind === 'vanishOperation') operation.vanished = true;
  if (fault.kind === 'neverEndingOperation') operation.endsAt = NEVER;
  if (fault.kind === 'slowOperation') {
    operation.endsAt = new Date(Date.parse(operation.startedAt) + fault.seconds * 1000).toISOString();
  }
  if (fault.kind === 'comesBack' && present && operation.kind === 'delete') {
    operation.comesBack = { resource: present, tags: fault.tags ?? {} };
    operation.settled = false;
  }
}
