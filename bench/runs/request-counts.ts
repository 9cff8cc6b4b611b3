import type { LoggedRequest } from '../../src/simulator/request-log.ts';

export type LoggedCall = Pick<LoggedRequest, 'method' | 'host' | 'path'>;

/** Requests as Azure limits them: each kind has a bucket of its own. */
export interface RequestCounts {
  readonly resourceManager: { readonly reads: number; readonly writes: number; readonly deletes: number };
  readonly vault: { readonly creates: number; readonly others: number };
}

/**
 * Of what the simulator was asked. Actions (POST) count as writes, by whose remaining number Resource Manager answers them
 * (https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling#remaining-requests).
 */
export function requestCounts(calls: readonly LoggedCall[]): RequestCounts {
  const toResourceManager = calls.filter(({ host }) => host.startsWith('management.'));
  const toVaults = calls.filter(({ host }) => /\.vault\.azure\.net(:\d+)?$/.test(host));
  const reads = toResourceManager.filter(({ method }) => method === 'GET' || method === 'HEAD').length;
  const deletes = toResourceManager.filter(({ method }) => method === 'DELETE').length;
  const creates = toVaults.filter(({ method, path }) => method === 'PUT' && path.startsWith('/secrets/')).length;
  return {
    resourceManager: { reads, writes: toResourceManager.length - reads - deletes, deletes },
    vault: { creates, others: toVaults.length - creates },
  };
}
