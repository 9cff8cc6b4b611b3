import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/domain/config/parse.ts';

const HEAD = `
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
container_registry: { name: shopregistry }
key_vault: { name: shop-vault-1 }
`;

/** The keys of application and infrastructure services; or what is wrong. */
function roles(services: string): readonly (readonly string[])[] | readonly string[] {
  const result = parseConfig(`${HEAD}services:\n${services}`);
  if (!result.ok) return result.problems.map(({ path, message }) => `${path}: ${message}`);
  const { application, infrastructure } = result.parsed.config.services;
  return [application, infrastructure].map((list) => list.map(({ key }) => key));
}

describe('the role of a service', () => {
  it('follows from its Dockerfile, unless the file says that a prebuilt image is an application', () => {
    const services = `
  built: { dockerfile: Dockerfile }
  bus: { image: "nats:2" }
  web: { image: "ghcr.io/shop/web:1", role: application, port: 80, smoke: [{ path: /ready }], depends_on: [built] }
`;
    expect(roles(services)).toEqual([['built', 'web'], ['bus']]);
  });

  it('cannot be infrastructure where the image is built', () => {
    expect(roles('  web: { dockerfile: Dockerfile, role: infrastructure }')).toEqual([
      'services.web.role: is infrastructure, and what is built from a Dockerfile is an application',
    ]);
  });
});
