import { describe, expect, it } from 'vitest';
import { NO_RUN_OPTIONS } from '../../../../src/cli/no-run-options.ts';
import { createRemoteClient } from '../../../../src/cli/remote/client.ts';
import { startRemotely } from '../../../../src/cli/remote/start-remotely.ts';
import { parseConfig } from '../../../../src/domain/config/parse.ts';
import type { ConfigFile } from '../../../../src/runs/deployments.ts';
import { answerJson, scriptedServer } from '../../../helpers/http/scripted-server.ts';

const TEXT = `interpolate: true
azure: { resource_group: shop-rg, location: westeurope, project_name: shop }
key_vault: { name: shop-vault-1 }
services: { cache: { image: "redis:\${TAG:-7}", port: 6379, transport: tcp } }
`;

interface More extends Pick<ConfigFile, 'variables' | 'terraform'> {
  readonly overlay?: string;
}

async function sent(more: More) {
  const result = parseConfig(TEXT);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const server = await scriptedServer(answerJson(400, { type: 'about:blank', title: 't', status: 400, code: 'c' }));
  const client = createRemoteClient({ url: server.url, key: 'k', caller: 'c', sleep: async () => undefined });
  const overlay = more.overlay === undefined ? undefined : { file: 'c.staging.yaml', text: more.overlay };
  const config = {
    ...result.parsed,
    path: 'c.yaml',
    text: TEXT,
    allowUnknownKeys: false,
    overlay,
    variables: more.variables,
    ...(more.terraform && { terraform: more.terraform }),
  };
  const request = {
    work: { kind: 'deploy', config, source: undefined },
    options: NO_RUN_OPTIONS,
    resetState: false,
  } as const;
  await startRemotely(client, 'staging', request, () => undefined).catch(() => undefined);
  return server.requests[0];
}

describe('the configuration of a remote deployment', () => {
  it('is the text as it is where there is nothing besides', async () => {
    const request = await sent({ variables: {} });
    expect(request?.headers['content-type']).toBe('application/yaml');
    expect(String(request?.body)).toBe(TEXT);
  });

  it('goes with the outputs of states that it names', async () => {
    const terraform = { net: { port: 8080 } };
    const request = await sent({ variables: {}, terraform });
    expect(JSON.parse(String(request?.body))).toEqual({ config: TEXT, variables: {}, terraform });
  });

  it('goes with its overlay and the variables that it fills in', async () => {
    const request = await sent({ overlay: 'tags: { a: b }', variables: { TAG: '8' } });
    expect(request?.headers['content-type']).toBe('application/json');
    expect(JSON.parse(String(request?.body))).toEqual({
      config: TEXT,
      overlay: 'tags: { a: b }',
      variables: { TAG: '8' },
    });
  });
});
