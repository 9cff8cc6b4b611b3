import { expect, it } from 'vitest';
import { type LoggedCall, requestCounts } from '../../../bench/runs/request-counts.ts';

it('each request counts in the bucket that Azure takes it from, and others in none', () => {
  const calls = [
    call('GET', 'management.azure.com'),
    call('HEAD', 'management.azure.com'),
    call('PUT', 'management.azure.com'),
    call('POST', 'management.azure.com'),
    call('DELETE', 'management.azure.com'),
    call('PUT', 'kv.vault.azure.net', '/secrets/PASSWORD'),
    call('GET', 'kv.vault.azure.net', '/secrets/PASSWORD'),
    call('GET', 'kv.vault.azure.net:8443', '/secrets'),
    call('POST', 'login.microsoftonline.com'),
    call('GET', 'shop.azurecontainerapps.io'),
  ];
  expect(requestCounts(calls)).toEqual({
    resourceManager: { reads: 2, writes: 2, deletes: 1 },
    vault: { creates: 1, others: 2 },
  });
});

function call(method: string, host: string, path = '/'): LoggedCall {
  return { method, host, path };
}
