import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Client } from '../http/client.ts';

export const ClientContext = createContext<Client | undefined>(undefined);

export function useClient(): Client {
  const client = useContext(ClientContext);
  if (!client) throw new Error('nobody is signed in');
  return client;
}
