import { describe, expect, it } from 'vitest';
import { imageReference, registryServer } from '../../../../src/domain/images/image-reference.ts';

describe('an image reference', () => {
  it.each([
    ['rabbitmq', 'docker.io', 'library/rabbitmq', 'latest'],
    ['rabbitmq:3.13-management', 'docker.io', 'library/rabbitmq', '3.13-management'],
    ['qdrant/qdrant:v1', 'docker.io', 'qdrant/qdrant', 'v1'],
    ['docker.io/redis:7', 'docker.io', 'library/redis', '7'],
    ['index.docker.io/library/redis', 'docker.io', 'library/redis', 'latest'],
    ['ghcr.io/Shop/api:1', 'ghcr.io', 'Shop/api', '1'],
    ['localhost/api', 'localhost', 'api', 'latest'],
    ['localhost:5000/a/b/c:2', 'localhost:5000', 'a/b/c', '2'],
    ['shop.azurecr.io/api@sha256:abc', 'shop.azurecr.io', 'api', 'sha256:abc'],
    ['shop.azurecr.io/api:1@sha256:abc', 'shop.azurecr.io', 'api', 'sha256:abc'],
    ['team/api.web:1', 'docker.io', 'team/api.web', '1'],
  ])('%s is read as Docker reads it', (image, server, repository, version) => {
    expect(imageReference(image)).toEqual({ server, repository, version });
  });

  it('has one name for one registry', () => {
    expect(['GHCR.io', 'index.docker.io', 'registry-1.docker.io', 'docker.io'].map(registryServer)).toEqual([
      'ghcr.io',
      'docker.io',
      'docker.io',
      'docker.io',
    ]);
  });
});
