import { webcrypto } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_IN_MS = 24 * 60 * 60 * 1000;

/** A private authority, made at start, and certificates of it for any host name. */
export interface Authority {
  /** PEM; what clients must trust. */
  readonly certificate: string;
  contextFor(host: string): Promise<SecureContext>;
}

/** @param name told apart by clients that trust several */
export async function createAuthority(name = 'Azure simulator authority'): Promise<Authority> {
  x509.cryptoProvider.set(webcrypto as never);
  const keys = await generateKeys();
  const validity = { notBefore: new Date(Date.now() - DAY_IN_MS), notAfter: new Date(Date.now() + 30 * DAY_IN_MS) };
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: ALGORITHM,
    ...validity,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  const leafKeys = await generateKeys();
  const key = toPem('PRIVATE KEY', await webcrypto.subtle.exportKey('pkcs8', leafKeys.privateKey));
  const contexts = new Map<string, Promise<SecureContext>>();

  async function issue(host: string): Promise<SecureContext> {
    const names: x509.JsonGeneralName[] = [
      { type: 'dns', value: host },
      { type: 'dns', value: 'localhost' },
      { type: 'ip', value: '127.0.0.1' },
    ];
    const leaf = await x509.X509CertificateGenerator.create({
      subject: 'CN=Azure simulator',
      issuer: authority.subject,
      publicKey: leafKeys.publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: ALGORITHM,
      ...validity,
      extensions: [
        new x509.SubjectAlternativeNameExtension(names),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      ],
    });
    return createSecureContext({ key, cert: `${leaf.toString('pem')}\n${authority.toString('pem')}` });
  }

  return {
    certificate: authority.toString('pem'),
    contextFor(host) {
      const known = contexts.get(host);
      if (known) return known;
      const made = issue(host);
      contexts.set(host, made);
      return made;
    },
  };
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;
}

function toPem(label: string, bytes: ArrayBuffer): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
