import type { SimulatorRequest } from '../cli.ts';

/** Requests that change something; who lists keys or asks for a name does not. */
export function writesOf(requests: readonly SimulatorRequest[]): readonly string[] {
  return requests
    .filter(
      ({ method, host, path }) =>
        method !== 'GET' && !host.startsWith('login.') && !/\/(?:list[^/]*|checkNameAvailability)$/i.test(path),
    )
    .map(({ method, path }) => `${method} ${path}`);
}
