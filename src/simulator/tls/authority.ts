import { generateKeyPair, type KeyObject } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { promisify } from 'node:util';
import { AUTHORITY_EXTENSIONS, serverExtensions, signedCertificate } from './certificate.ts';

const DAY_IN_MS = 24 * 60 * 60 * 1000;

/** A private authority, made at start, and certificates of it for any host name. */
export interface Authority {
  /** PEM; what clients must trust. */
  readonly certificate: string;
  contextFor(host: string): Promise<SecureContext>;
}

/** @param name told apart by clients that trust several */
export async function createAuthority(name = 'Azure simulator authority'): Promise<Authority> {
  const [authority, leaf] = await Promise.all([generateKeys(), generateKeys()]);
  const validity = { notBefore: new Date(Date.now() - DAY_IN_MS), notAfter: new Date(Date.now() + 30 * DAY_IN_MS) };
  const certificate = signedCertificate(
    { subject: name, issuer: name, publicKey: authority.publicKey, extensions: AUTHORITY_EXTENSIONS, ...validity },
    authority.privateKey,
  );
  const key = leaf.privateKey.export({ type: 'pkcs8', format: 'pem' });
  const contexts = new Map<string, SecureContext>();

  function issue(host: string): SecureContext {
    const own = signedCertificate(
      {
        subject: 'Azure simulator',
        issuer: name,
        publicKey: leaf.publicKey,
        extensions: serverExtensions([host, 'localhost']),
        ...validity,
      },
      authority.privateKey,
    );
    return createSecureContext({ key, cert: `${own}${certificate}` });
  }

  return {
    certificate,
    async contextFor(host) {
      const made = contexts.get(host) ?? issue(host);
      contexts.set(host, made);
      return made;
    },
  };
}

function generateKeys(): Promise<{ readonly publicKey: KeyObject; readonly privateKey: KeyObject }> {
  return promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
}
