import type { Json } from '../shared/json.ts';
import { AzureError, UNREAD } from './errors.ts';

/**
 * The JSON of a success; null when it has no body. One that cannot be read was cut off on its way, or comes from a proxy.
 * @throws AzureError `ConnectionFailed`
 */
export function jsonOf(text: string | null | undefined, correlationId?: string): Json {
  if (!text) return null;
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new AzureError({
      code: 'ConnectionFailed',
      message: UNREAD,
      ...(correlationId !== undefined && { correlationId }),
    });
  }
}
