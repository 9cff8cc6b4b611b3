import type { ServiceConfig } from '../../domain/config/model.ts';
import type { IngressSettings } from '../../domain/config/service/service-containers.ts';
import type { JsonObject } from '../../shared/json.ts';

/** How an app is reached; nothing where nobody reaches it. */
export function ingress(service: ServiceConfig, sideBySide: boolean): { ingress?: JsonObject } {
  const { ingress: kind, transport, port } = service;
  if (kind === 'none' || port === undefined) return {};
  const traffic: JsonObject = sideBySide ? {} : { traffic: [{ latestRevision: true, weight: 100 }] };
  if (transport === 'tcp')
    return {
      ingress: {
        external: false,
        targetPort: port,
        exposedPort: port,
        transport: 'tcp',
        ...traffic,
        ...asked(service),
      },
    };
  return {
    ingress: {
      external: kind === 'external',
      targetPort: port,
      // Azure finds out between http/1.1 and http/2 where a client says so by TLS, which clients of gRPC inside do not:
      // https://learn.microsoft.com/azure/container-apps/ingress-how-to (transport).
      transport: transport === 'http2' ? 'http2' : 'auto',
      allowInsecure: false,
      ...traffic,
      ...asked(service),
    },
  };
}

/** What only who wants it writes down. */
function asked(service: IngressSettings): JsonObject {
  const { ports, cors, ipRules, clientCertificates, sessionAffinity } = service;
  return {
    ...(ports && {
      additionalPortMappings: ports.map(({ port, exposedPort }) => ({
        external: false,
        targetPort: port,
        exposedPort,
      })),
    }),
    ...(cors && { corsPolicy: corsPolicy(cors) }),
    ...(ipRules && { ipSecurityRestrictions: restrictions(ipRules) }),
    ...(clientCertificates && { clientCertificateMode: clientCertificates }),
    ...(sessionAffinity !== undefined && { stickySessions: { affinity: sessionAffinity ? 'sticky' : 'none' } }),
  };
}

function corsPolicy(cors: NonNullable<IngressSettings['cors']>): JsonObject {
  const { origins, methods, headers, exposeHeaders, maxAgeInSeconds, credentials } = cors;
  return {
    allowedOrigins: [...origins],
    ...(methods && { allowedMethods: [...methods] }),
    ...(headers && { allowedHeaders: [...headers] }),
    ...(exposeHeaders && { exposeHeaders: [...exposeHeaders] }),
    ...(maxAgeInSeconds !== undefined && { maxAge: maxAgeInSeconds }),
    ...(credentials !== undefined && { allowCredentials: credentials }),
  };
}

function restrictions({ allow = {}, deny = {} }: NonNullable<IngressSettings['ipRules']>): JsonObject[] {
  const rules = (ranges: Readonly<Record<string, string>>, action: string): JsonObject[] =>
    Object.entries(ranges).map(([name, ipAddressRange]) => ({ name, ipAddressRange, action }));
  return [...rules(allow, 'Allow'), ...rules(deny, 'Deny')];
}
