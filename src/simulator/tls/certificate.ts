import { type KeyObject, randomBytes, sign } from 'node:crypto';
import {
  bits,
  boolean,
  type Der,
  explicit,
  implicit,
  integer,
  objectId,
  octets,
  sequence,
  set,
  time,
  utf8,
} from './der.ts';

/** Names of https://www.rfc-editor.org/rfc/rfc5758 and https://www.rfc-editor.org/rfc/rfc5280 */
const ECDSA_WITH_SHA256 = sequence(objectId('1.2.840.10045.4.3.2'));
const COMMON_NAME = objectId('2.5.4.3');
const KEY_USAGE = '2.5.29.15';
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';
const BASIC_CONSTRAINTS = '2.5.29.19';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const SERVER_AUTHENTICATION = objectId('1.3.6.1.5.5.7.3.1');

/** Signs certificates and lists of revoked ones, and no other authorities. */
export const AUTHORITY_EXTENSIONS: readonly Der[] = [
  extension(BASIC_CONSTRAINTS, sequence(boolean(true), integer(Uint8Array.of(0))), true),
  // Bits five and six.
  extension(KEY_USAGE, bits(Uint8Array.of(0b0000_0110), 1), true),
];

/** Of a server that has these host names, and 127.0.0.1. */
export function serverExtensions(hosts: readonly string[]): readonly Der[] {
  const names = hosts.map((host) => implicit(2, Buffer.from(host, 'latin1')));
  return [
    extension(SUBJECT_ALTERNATIVE_NAME, sequence(...names, implicit(7, Uint8Array.of(127, 0, 0, 1)))),
    extension(EXTENDED_KEY_USAGE, sequence(SERVER_AUTHENTICATION)),
  ];
}

/** What a certificate says of a key on the curve P-256, and who says it. */
export interface CertificateContent {
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Der[];
}

/**
 * An X.509 certificate of version 3, as PEM; https://www.rfc-editor.org/rfc/rfc5280#section-4.1 has its parts. Node reads certificates
 * and makes none, and packages that make them take longer to load than a simulator takes to start.
 *
 * @param issuerKey a private key on the curve P-256
 */
export function signedCertificate(content: CertificateContent, issuerKey: KeyObject): string {
  const { subject, issuer, notBefore, notAfter, publicKey, extensions } = content;
  const signed = sequence(
    explicit(0, integer(Uint8Array.of(2))),
    integer(randomBytes(16)),
    ECDSA_WITH_SHA256,
    commonName(issuer),
    sequence(time(notBefore), time(notAfter)),
    commonName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...extensions)),
  );
  return pem('CERTIFICATE', sequence(signed, ECDSA_WITH_SHA256, bits(sign('sha256', signed, issuerKey))));
}

function commonName(name: string): Der {
  return sequence(set(sequence(COMMON_NAME, utf8(name))));
}

function extension(id: string, content: Der, isCritical = false): Der {
  return sequence(objectId(id), ...(isCritical ? [boolean(true)] : []), octets(content));
}

function pem(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
