import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Client } from '../http/client.ts';
import { type Right, rightsOf } from '../http/session.ts';

export const ClientContext = createContext<Client | undefined>(undefined);

export function useClient(): Client {
  const client = useContext(ClientContext);
  if (!client) throw new Error('nobody is signed in');
  return client;
}

/** Whether the key says that it is for this. */
export function useRight(right: Right): boolean {
  return rightsOf(useClient().key).includes(right);
}
