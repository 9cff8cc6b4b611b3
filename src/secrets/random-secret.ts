import { randomBytes } from 'node:crypto';

/** 256 random bits as base64url, with upper and lower case and digits: fit for a password, a signing key and a URL. */
export function randomSecret(): string {
  for (;;) {
    const secret = randomBytes(32).toString('base64url');
    if (/[a-z]/.test(secret) && /[A-Z]/.test(secret) && /\d/.test(secret)) return secret;
  }
}

/** Of a login in a row: https://github.com/Azure/reliable-web-app-pattern-java/issues/98. */
const PART_LENGTH = 3;

/** A random secret that PostgreSQL servers on Azure take: without three characters in a row of the login, in any case. */
export function databasePassword(login: string): string {
  const folded = login.toLowerCase();
  const starts = Array.from({ length: Math.max(0, folded.length - PART_LENGTH + 1) }, (_, start) => start);
  const parts = starts.map((start) => folded.slice(start, start + PART_LENGTH));
  for (;;) {
    const password = randomSecret();
    const text = password.toLowerCase();
    if (!parts.some((part) => text.includes(part))) return password;
  }
}
