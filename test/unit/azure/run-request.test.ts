import { describe, expect, it } from 'vitest';
import type { BuildRequest } from '../../../src/azure/ports.ts';
import { runRequest } from '../../../src/azure/run-request.ts';

const request: BuildRequest = {
  ...{
    sourceLocation: 'tasks-source/x.tar.gz',
    dockerfile: 'Dockerfile',
    image: 'shop/web:src-1',
    timeoutInSeconds: 1800,
  },
  ...{ builder: 'classic', isScannable: true, noCache: false },
};

function taskOf(changes: Partial<BuildRequest>) {
  const body = runRequest('cr.azurecr.io', { ...request, builder: 'buildkit', ...changes });
  const task = JSON.parse(Buffer.from(String(body.encodedTaskContent), 'base64').toString('utf8')) as {
    readonly steps: readonly Readonly<Record<string, unknown>>[];
  };
  return { body, task };
}

describe('what the registry is asked for', () => {
  it('is the quick build of before where nothing more is said', () => {
    expect(runRequest('cr.azurecr.io', request)).toEqual({
      type: 'DockerBuildRequest',
      sourceLocation: 'tasks-source/x.tar.gz',
      dockerFilePath: 'Dockerfile',
      imageNames: ['cr.azurecr.io/shop/web:src-1'],
      isPushEnabled: true,
      noCache: false,
      platform: { os: 'Linux', architecture: 'amd64' },
      agentConfiguration: { cpu: 2 },
      timeout: 1800,
    });
  });

  it('has target and arguments, quoted for the shell of the builder and its templates', () => {
    const buildArguments = { PLAIN: '1.10', TEXT: "it's $HOME", GO: '{{.x}}' };
    expect(runRequest('cr.azurecr.io', { ...request, target: 'app', buildArguments })).toMatchObject({
      target: 'app',
      arguments: [
        { name: 'PLAIN', value: '1.10', isSecret: false },
        { name: 'TEXT', value: `'it'"'"'s $HOME'`, isSecret: false },
        { name: 'GO', value: "'{{`{{`}}.x}}'", isSecret: false },
      ],
    });
  });

  it('is a task whose build step has BuildKit in its environment', () => {
    const { body, task } = taskOf({ target: 'app', buildArguments: { A: 'b c' }, noCache: true });
    expect(body).toMatchObject({
      type: 'EncodedTaskRunRequest',
      sourceLocation: 'tasks-source/x.tar.gz',
      timeout: 1800,
    });
    expect(body).not.toHaveProperty('values');
    expect(task).toEqual({
      version: 'v1.0.0',
      stepTimeout: 1800,
      steps: [
        {
          id: 'build',
          build: "--build-arg 'A=b c' --no-cache --tag cr.azurecr.io/shop/web:src-1 --file Dockerfile --target app .",
          env: ['DOCKER_BUILDKIT=1'],
        },
        { id: 'push', push: ['cr.azurecr.io/shop/web:src-1'], when: ['build'] },
      ],
    });
  });

  it('is a command, which is not scanned, where the scanner cannot read the Dockerfile', () => {
    expect(taskOf({ isScannable: false }).task.steps[0]).toEqual({
      id: 'build',
      cmd: 'docker build --tag cr.azurecr.io/shop/web:src-1 --file Dockerfile .',
      env: ['DOCKER_BUILDKIT=1'],
    });
  });

  it('has secrets as values that are marked so, and nowhere else', () => {
    const { body, task } = taskOf({ secrets: { npm: 'canary$x`y\\' } });
    expect(task).toMatchObject({
      volumes: [{ name: 'build-secrets', secret: { npm: '{{.Values.secret0}}' } }],
      steps: [
        {
          build: expect.stringContaining('--secret id=npm,src=/run/build-secrets/npm'),
          volumeMounts: [{ name: 'build-secrets', mountPath: '/run/build-secrets' }],
        },
        {},
      ],
    });
    const value = Buffer.from('canary\\$x\\`y\\\\').toString('base64');
    expect(body.values).toEqual([{ name: 'secret0', value, isSecret: true }]);
    expect(JSON.stringify(task)).not.toContain('canary');
  });
});
