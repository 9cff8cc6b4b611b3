import { randomBytes } from 'node:crypto';
import { partsOfLogin } from '../domain/config/rules/database-password.ts';

/** 256 random bits as base64url, with upper and lower case and digits: fit for a password, a signing key and a URL. */
export function randomSecret(): string {
  for (;;) {
    const secret = randomBytes(32).toString('base64url');
    if (/[a-z]/.test(secret) && /[A-Z]/.test(secret) && /\d/.test(secret)) return secret;
  }
}

/** A random secret that PostgreSQL servers on Azure take: without three characters in a row of the login, in any case. */
export function databasePassword(login: string): string {
  const parts = partsOfLogin(login);
  for (;;) {
    const password = randomSecret();
    const text = password.toLowerCase();
    if (!parts.some((part) => text.includes(part))) return password;
  }
}
