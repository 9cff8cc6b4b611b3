import { createHmac } from 'node:crypto';

/**
 * The headers by which whoever receives a webhook knows that it is ours, whole, new, and whether it came before: those of Standard
 * Webhooks, https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 *
 * @param id the same each time that this notice is sent to this webhook
 * @param secret `whsec_` and base64, or any text; undefined: nothing is signed
 */
export function webhookHeaders(
  { id, at, body }: { readonly id: string; readonly at: Date; readonly body: string },
  secret: string | undefined,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp };
  if (secret === undefined) return headers;
  const [, encoded] = /^whsec_(.+)$/.exec(secret) ?? [];
  const key = encoded === undefined ? secret : Buffer.from(encoded, 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { ...headers, 'webhook-signature': `v1,${signature}` };
}
