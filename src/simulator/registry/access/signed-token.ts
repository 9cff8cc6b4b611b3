import { createHmac } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../../../shared/json.ts';

/** Who signs, and when. */
interface Signer {
  readonly secret: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A JWT, as clients look into it for its end. */
export function signToken({ secret, now }: Signer, content: JsonObject, lifetimeInSeconds: number): string {
  const exp = Math.floor(now / 1000) + lifetimeInSeconds;
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ typ: 'JWT', alg: 'HS256' })}.${part({ ...content, exp })}`;
  return `${signed}.${signatureOf(secret, signed)}`;
}

/** What the signer has put into a token; undefined of one that is not his, or is over. */
export function readToken({ secret, now }: Signer, given: string): JsonObject | undefined {
  const [header = '', payload = '', signature = ''] = given.split('.');
  if (signature !== signatureOf(secret, `${header}.${payload}`)) return undefined;
  const token: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  return isJsonObject(token) && Number(token.exp) * 1000 > now ? token : undefined;
}

function signatureOf(secret: string, content: string): string {
  return createHmac('sha256', secret).update(content).digest('base64url');
}
