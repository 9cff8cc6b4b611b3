import { X509Certificate } from 'node:crypto';
import { type JsonObject, jsonAt } from '../../../shared/json.ts';
import { setOutputs } from '../../arm/lifecycle.ts';
import type { ResourceType } from '../../arm/resource-type.ts';
import { APP_API_VERSIONS } from '../../container-apps/api-versions.ts';
import { displayLocation } from '../../container-apps/locations.ts';
import { refuse } from '../../refusal.ts';
import { inUseProblem } from './managed-certificate.ts';

/**
 * Certificates that somebody brings along, as PEM in base64, which is one of the two kinds that Azure takes
 * (https://learn.microsoft.com/rest/api/containerapps/certificates/create-or-update): as much of them as apps refer to.
 */
export const environmentCertificate: ResourceType = {
  type: 'Microsoft.App/managedEnvironments/certificates',
  apiVersions: APP_API_VERSIONS,
  name: /^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?$/i,
  nameError: 'CertificateInvalidName',
  listed: true,
  style: 'sync',
  seconds: { create: 5, update: 5, delete: 0 },
  writeOnly: ['properties.value', 'properties.password'],
  check({ body, before }) {
    const value = jsonAt(body, 'properties.value');
    if ((value === undefined && before) || read(value)) return undefined;
    return refuse(400, 'InvalidCertificate', 'The certificate is no PEM in base64; others are not simulated.');
  },
  apply({ resource, sent }) {
    const certificate = read(jsonAt(sent, 'properties.value'));
    if (certificate) setOutputs(resource, outputsOf(certificate));
    return undefined;
  },
  view: ({ body }) => ({ location: displayLocation(String(body.location ?? '')) }),
  checkDelete: (resource, world) => inUseProblem(resource, world),
};

function read(value: unknown): X509Certificate | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    return new X509Certificate(Buffer.from(value, 'base64'));
  } catch {
    // OpenSSL says in many ways that it is none.
    return undefined;
  }
}

function outputsOf(certificate: X509Certificate): JsonObject {
  const { subject, subjectAltName = '', issuer, fingerprint, validFrom, validTo } = certificate;
  const names = subjectAltName.split(', ').flatMap((one) => (one.startsWith('DNS:') ? [one.slice('DNS:'.length)] : []));
  return {
    subjectName: /^CN=(.*)$/m.exec(subject)?.[1] ?? '',
    subjectAlternativeNames: names,
    issuer,
    thumbprint: fingerprint.replaceAll(':', ''),
    issueDate: new Date(validFrom).toISOString(),
    expirationDate: new Date(validTo).toISOString(),
    valid: true,
  };
}
