import { runAddress } from '../address.ts';
import type { Answers, Client, RequestBody } from '../http/client.ts';

/** Starts a run, and goes to see it. */
export async function startAndShow(client: Client, path: string, body: RequestBody): Promise<void> {
  const { runId } = await client.send<Answers['Run']>('POST', path, body);
  location.hash = runAddress(runId);
}
