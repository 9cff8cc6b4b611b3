import { describe, expect, it } from 'vitest';
import { buildContextOf } from '../../../../src/domain/config/build-context.ts';
import { parseConfig } from '../../../../src/domain/config/parse.ts';
import { storedConfigSchema } from '../../../../src/domain/config/stored.ts';
import { userKey } from '../../../../src/domain/config/user-key.ts';

function parse(service: string, more = '') {
  return parseConfig(`
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
container_registry: { name: shopregistry }
key_vault: { name: shop-vault-1 }
secrets: { npm_token: "env:NPM_TOKEN", made: "" }
${more}
services:
  web:
    port: 80
    ${service.replaceAll('\n', '\n    ')}
`);
}

function webOf(service: string, more?: string) {
  const result = parse(service, more);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const { config } = result.parsed;
  const [web] = config.services.application;
  if (!web) throw new Error('no application service');
  return { web, config };
}

function problemsOf(service: string, more?: string): readonly string[] {
  const result = parse(service, more);
  if (result.ok) throw new Error('it was accepted');
  return result.problems.map(({ line, path, message }) => `${line} ${path}: ${message}`);
}

describe('the build of a service', () => {
  it('may be the path of its context', () => {
    const { web, config } = webOf('build: ./apps/web', 'docker: { build_context: src }');
    expect(web).toMatchObject({ kind: 'application', dockerfile: 'Dockerfile', build: { context: './apps/web' } });
    expect(buildContextOf(web, config)).toBe('./apps/web');
  });

  it('has context, Dockerfile, target, arguments as they are written, and secrets', () => {
    const { web, config } = webOf(
      'build:\n  context: web\n  dockerfile: docker/Dockerfile.prod\n  target: app\n  args: { V: 1.10, MODE: 0755, EMPTY: "", NONE: null, ON: true }\n  secrets: { npm: npm_token }\n  builder: buildkit',
    );
    expect(web.dockerfile).toBe('docker/Dockerfile.prod');
    expect(web.build).toEqual({
      context: 'web',
      target: 'app',
      args: { V: '1.10', MODE: '0755', EMPTY: '', ON: 'true' },
      secrets: { npm: 'NPM-TOKEN' },
      builder: 'buildkit',
    });
    expect(storedConfigSchema.parse(config)).toEqual(config);
    expect(userKey('services.application.web.build.args.V')).toBe('services.web.build.args.V');
  });

  it('leaves configurations with the keys of before as they were', () => {
    const { web, config } = webOf('dockerfile: Dockerfile.web', 'docker: { build_context: src }');
    expect(web).not.toHaveProperty('build');
    expect(buildContextOf(web, config)).toBe('src');
    expect(webOf('build: { dockerfile: Dockerfile.web }').web).not.toHaveProperty('build');
  });

  it.each([
    [
      'a context outside',
      'build: ../web',
      '10 services.web.build.context',
      'allowed: a folder of the source directory',
    ],
    ['an absolute context', 'build: { context: /web }', '10 services.web.build.context', 'found "/web"'],
    [
      'a Dockerfile outside',
      'build: { context: a, dockerfile: ../D }',
      '10 services.web.build.dockerfile',
      'a file of the build context',
    ],
    [
      'a Dockerfile with spaces',
      'build: { context: a, dockerfile: "my Dockerfile" }',
      '10 services.web.build.dockerfile',
      'allowed: a path without spaces',
    ],
    [
      'a target that no stage can be called',
      'build: { target: "a b" }',
      '10 services.web.build.target',
      'the name of a stage',
    ],
    [
      'an argument without a name',
      'build: { args: { "a-b": 1 } }',
      '10 services.web.build.args.a-b',
      'allowed: letters, digits and _',
    ],
    [
      'an argument of several lines',
      'build: { args: { A: "x\\ny" } }',
      '10 services.web.build.args.A',
      'must be one line',
    ],
    [
      'an unknown secret',
      'build: { secrets: { npm: npm_tokn } }',
      '10 services.web.build.secrets.npm',
      'did you mean NPM-TOKEN?',
    ],
    [
      'a generated secret',
      'build: { secrets: { j: jwt_secret } }',
      '10 services.web.build.secrets.j',
      'JWT-SECRET is generated',
    ],
    [
      'an id that is no file',
      'build: { secrets: { "a/b": npm_token } }',
      '10 services.web.build.secrets.a/b',
      'found the id',
    ],
    [
      'secrets for the classic builder',
      'build: { builder: classic, secrets: { n: npm_token } }',
      '10 services.web.build.builder',
      'only BuildKit mounts them',
    ],
    ['an image beside it', 'image: redis:7\nbuild: .', '11 services.web.build', 'the service has an image, too'],
    [
      'a Dockerfile beside it',
      'dockerfile: D\nbuild: .',
      '11 services.web.build',
      'the Dockerfile D is named outside of build',
    ],
    ['an unknown key', 'build: { contxt: a }', '10 services.web.build.contxt', 'did you mean context?'],
  ])('is refused at its line for %s', (_, service, place, message) => {
    const [problem, ...more] = problemsOf(service);
    expect(problem?.startsWith(place), problem).toBe(true);
    expect(problem).toContain(message);
    expect(more).toEqual([]);
  });
});
