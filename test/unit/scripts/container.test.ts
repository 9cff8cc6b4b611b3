import { readFileSync } from 'node:fs';
import dockerignore from '@balena/dockerignore';
import { describe, expect, it } from 'vitest';
import { readDockerfile } from '../../../src/source/dockerfile/dockerfile.ts';
import { readImageSettings } from '../../../src/source/dockerfile/image-settings.ts';

const ROOT = new URL('../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

/** No Docker builds it here: it is read as the product reads Dockerfiles, and its commands are those that other tests run. */
describe('the image of the served app', () => {
  const text = read('container/Dockerfile');
  const manifest = JSON.parse(read('package.json')) as {
    engines: { node: string };
    bin: Record<string, string>;
    files: string[];
  };

  it('is a Dockerfile that the classic builder takes as well', () => {
    const settings = { builder: 'classic', platform: 'linux/amd64', buildArguments: {} } as const;
    expect(readDockerfile(text, settings)).toMatchObject({ problems: [], needsBuildKit: [], secretMounts: [] });
  });

  it('serves on the port that it exposes, which its health check asks, and keeps its files in a volume', () => {
    const settings = readImageSettings(text);
    expect(settings?.entrypoint?.words).toEqual(Object.keys(manifest.bin));
    expect(settings?.command?.words).toEqual(['serve', '--host', '0.0.0.0', '--port', '7071']);
    expect(settings?.exposed.map(({ port }) => port)).toEqual([7071]);
    expect(settings?.healthCheck?.words.join(' ')).toContain('http://127.0.0.1:7071/api/health');
    expect(settings?.volumes.map(({ words }) => words.join())).toEqual(['/data']);
  });

  it('runs as a user without rights, on a Node that the package takes', () => {
    const last = text.slice(text.lastIndexOf('\nFROM '));
    expect(last.match(/^USER .*$/gm)).toEqual(['USER node']);
    expect(last.indexOf('USER node')).toBeGreaterThan(last.lastIndexOf('\nRUN '));
    const versions = [...text.matchAll(/^FROM node:(\d+)-slim/gm)].map(([, major]) => Number(major));
    const [, least = '99'] = /^>=(\d+)\./.exec(manifest.engines.node) ?? [];
    expect(versions.filter((major) => major <= Number(least))).toEqual([]);
    expect(versions).toHaveLength(2);
  });

  it('is built of what makes the package, and of nothing that lies about in a clone', () => {
    const ignored = dockerignore.default().add(read('container/Dockerfile.dockerignore'));
    const needed = [
      ...['package.json', 'package-lock.json', '.npmrc', 'tsconfig.json', 'host.json', 'README.md', 'LICENSE'],
      ...['src/cli/bin.ts', 'src/simulator/schemas/manifest.json', 'scripts/build.ts'],
      ...manifest.files.filter((file) => /^[A-Za-z.]+\.\w+$/.test(file)),
    ];
    expect(needed.filter((path) => ignored.ignores(path))).toEqual([]);
    const others = [
      'node_modules/zod/package.json',
      '.git/config',
      'local.settings.json',
      '.draftgenie-deploy/x',
      'test/a.ts',
    ];
    expect(others.filter((path) => !ignored.ignores(path))).toEqual([]);
  });
});
