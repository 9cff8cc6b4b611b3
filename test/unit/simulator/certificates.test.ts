import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createAuthority } from '../../../src/simulator/tls/authority.ts';
import { AUTHORITY_EXTENSIONS, serverExtensions, signedCertificate } from '../../../src/simulator/tls/certificate.ts';
import { integer, objectId } from '../../../src/simulator/tls/der.ts';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const SUBJECT = {
  subject: '*.example.org',
  issuer: 'Größte authority',
  notBefore: new Date('2026-01-02T03:04:05Z'),
  notAfter: new Date('2026-02-01T00:00:00Z'),
  publicKey,
  extensions: serverExtensions(['*.example.org', 'localhost']),
};

describe('a certificate', () => {
  it('says what it was made of, to who reads certificates', () => {
    const read = new X509Certificate(signedCertificate(SUBJECT, privateKey));
    expect(read.subject).toBe('CN=*.example.org');
    expect(read.issuer).toBe('CN=Größte authority');
    expect(read.validFromDate).toEqual(SUBJECT.notBefore);
    expect(read.validToDate).toEqual(SUBJECT.notAfter);
    expect(read.subjectAltName).toBe('DNS:*.example.org, DNS:localhost, IP Address:127.0.0.1');
    expect(read.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(read.ca).toBe(false);
    expect(read.publicKey.equals(publicKey)).toBe(true);
    expect(read.verify(publicKey)).toBe(true);
    expect(read.verify(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)).toBe(false);
    expect(read.checkHost('shop.example.org')).toBe('*.example.org');
    expect(read.checkIP('127.0.0.1')).toBe('127.0.0.1');
  });

  it('of an authority may sign others', () => {
    const made = { ...SUBJECT, issuer: SUBJECT.subject, extensions: AUTHORITY_EXTENSIONS };
    const authority = new X509Certificate(signedCertificate(made, privateKey));
    expect(authority.ca).toBe(true);
    expect(authority.checkIssued(authority)).toBe(true);
    expect(new X509Certificate(signedCertificate(SUBJECT, privateKey)).checkIssued(authority)).toBe(false);
  });

  it('may end after 2049, from when on a date is written with all of its year', () => {
    const read = new X509Certificate(
      signedCertificate({ ...SUBJECT, notAfter: new Date('2050-01-01T00:00:00Z') }, privateKey),
    );
    expect(read.validToDate).toEqual(new Date('2050-01-01T00:00:00Z'));
  });

  it('is another one for each', () => {
    const serials = Array.from(
      { length: 50 },
      () => new X509Certificate(signedCertificate(SUBJECT, privateKey)).serialNumber,
    );
    expect(new Set(serials).size).toBe(50);
  });
});

describe('numbers of a certificate', () => {
  it('are as short as they can be, and never negative', () => {
    expect([...integer(Uint8Array.of(0, 0, 5))]).toEqual([2, 1, 5]);
    expect([...integer(Uint8Array.of(0))]).toEqual([2, 1, 0]);
    expect([...integer(Uint8Array.of(0x80))]).toEqual([2, 2, 0, 0x80]);
  });

  it('of names take seven bits a byte', () => {
    expect([...objectId('1.2.840.113549')]).toEqual([6, 6, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d]);
  });
});

describe('an authority', () => {
  it('has one context for each host', async () => {
    const authority = await createAuthority();
    expect(await authority.contextFor('a.example')).toBe(await authority.contextFor('a.example'));
    expect(await authority.contextFor('a.example')).not.toBe(await authority.contextFor('b.example'));
    expect(new X509Certificate(authority.certificate).ca).toBe(true);
  });
});
