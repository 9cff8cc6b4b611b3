import { randomBytes } from 'node:crypto';

/**
 * 256 random bits as base64url: fit for a password, a signing key and a URL. It has upper and lower case and digits, as
 * PostgreSQL servers on Azure demand of passwords.
 */
export function randomSecret(): string {
  for (;;) {
    const secret = randomBytes(32).toString('base64url');
    if (/[a-z]/.test(secret) && /[A-Z]/.test(secret) && /\d/.test(secret)) return secret;
  }
}
