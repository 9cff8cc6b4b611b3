const HOST = 'login.microsoftonline.com';

/** Names under which a client may look before it knows its tenant. */
const SHARED_TENANTS = ['common', 'organizations', 'consumers'];

/**
 * The documents of `login.microsoftonline.com` that need no sign-in: instance discovery, the configuration of a tenant in
 * both versions, and its keys (https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc). Undefined for other
 * addresses.
 *
 * @param path from the host on
 */
export function discoveryDocument(path: string, tenantId: string): object | undefined {
  const [, tenant = '', ...rest] = path.split('/');
  const name = rest.join('/').toLowerCase();
  const isKnown = tenant.toLowerCase() === tenantId || SHARED_TENANTS.includes(tenant.toLowerCase());
  if (!isKnown) return undefined;
  // What is asked for before the tenant is known is told with a placeholder for it.
  const issuerTenant = tenant.toLowerCase() === tenantId ? tenantId : '{tenantid}';
  switch (name) {
    case 'discovery/instance':
      return instances(tenant);
    case 'v2.0/.well-known/openid-configuration':
      return {
        ...configuration(tenant, '/oauth2/v2.0'),
        jwks_uri: `https://${HOST}/${tenant}/discovery/v2.0/keys`,
        issuer: `https://${HOST}/${issuerTenant}/v2.0`,
      };
    case '.well-known/openid-configuration':
      return {
        ...configuration(tenant, '/oauth2'),
        jwks_uri: `https://${HOST}/${tenant}/discovery/keys`,
        issuer: `https://sts.windows.net/${issuerTenant}/`,
      };
    case 'discovery/v2.0/keys':
    case 'discovery/keys':
      // The simulator signs with a secret of its own.
      return { keys: [] };
    default:
      return undefined;
  }
}

function instances(tenant: string): object {
  return {
    tenant_discovery_endpoint: `https://${HOST}/${tenant}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [
      {
        preferred_network: HOST,
        preferred_cache: 'login.windows.net',
        aliases: [HOST, 'login.windows.net', 'login.microsoft.com', 'sts.windows.net'],
      },
    ],
  };
}

function configuration(tenant: string, endpoints: string): object {
  const authority = `https://${HOST}/${tenant}`;
  return {
    token_endpoint: `${authority}${endpoints}/token`,
    authorization_endpoint: `${authority}${endpoints}/authorize`,
    device_authorization_endpoint: `${authority}${endpoints}/devicecode`,
    end_session_endpoint: `${authority}${endpoints}/logout`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    response_modes_supported: ['query', 'fragment', 'form_post'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    tenant_region_scope: 'EU',
    cloud_instance_name: 'microsoftonline.com',
    cloud_graph_host_name: 'graph.windows.net',
    msgraph_host: 'graph.microsoft.com',
    rbac_url: 'https://pas.windows.net',
  };
}
