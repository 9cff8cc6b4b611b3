import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createHttpHeaders, type HttpClient, type PipelineRequest } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../../src/cli/load-config.ts';
import { readBackend } from '../../../../src/cli/terraform/read-backend.ts';
import { readStates } from '../../../../src/cli/terraform/read-states.ts';
import { tempDirectory } from '../../../helpers/temp.ts';

const STATE = JSON.stringify({ version: 4, outputs: { a: { value: 'x', type: 'string' } } });
const OUTPUTS = { a: { value: 'x', isSensitive: false } };

describe('states in files', () => {
  it('are looked for beside the configuration, and a lock is told', async () => {
    const folder = await tempDirectory();
    await writeFile(join(folder, 'n.tfstate'), STATE);
    await writeFile(join(folder, 'o.json'), '{"a":{"value":"x","type":"string","sensitive":false}}');
    const sources = { n: { state: 'n.tfstate' }, o: { outputs: 'o.json' }, none: { state: 'none.tfstate' } };
    const path = join(folder, 'config.yaml');
    expect(await readStates(sources, path)).toEqual({
      n: { ok: true, outputs: OUTPUTS },
      o: { ok: true, outputs: OUTPUTS },
      none: { ok: false, problem: `there is no file ${join(folder, 'none.tfstate')}` },
    });
    await writeFile(join(folder, '.n.tfstate.lock.info'), '{}');
    expect((await readStates(sources, path)).n).toMatchObject({ ok: true, warning: expect.stringContaining('locked') });
  });
});

describe('what `terraform output -json` printed', () => {
  it('is read as every shell redirects it, whole or not at all', async () => {
    const folder = await tempDirectory();
    const printed = '{"a":{"value":"x","type":"string","sensitive":false}}';
    await writeFile(join(folder, 'bom.json'), `\ufeff${printed}`);
    await writeFile(join(folder, 'powershell.json'), `\ufeff${printed}\r\n`, 'utf16le');
    await writeFile(join(folder, 'cut.json'), printed.slice(0, 20));
    const sources = Object.fromEntries(['bom', 'powershell', 'cut'].map((name) => [name, { outputs: `${name}.json` }]));
    expect(await readStates(sources, join(folder, 'config.yaml'))).toEqual({
      bom: { ok: true, outputs: OUTPUTS },
      powershell: { ok: true, outputs: OUTPUTS },
      cut: { ok: false, problem: expect.stringContaining('it is not a JSON object') },
    });
  });
});

describe('the file of a stranger', () => {
  it('has no state of this machine read', async () => {
    const folder = await tempDirectory();
    await writeFile(join(folder, 'o.json'), '{"a":{"value":"of-this-machine"}}');
    const config = join(folder, 'config.yaml');
    const web = 'services: { web: { image: "web:1", env: { A: "${{terraform.x.a}}" } } }';
    const head = 'azure: { resource_group: rg, location: eastus, project_name: shop }\nkey_vault: { name: shop-kv }';
    await writeFile(config, `${head}\nterraform: { x: { outputs: o.json } }\n${web}\n`);
    const options = { config, allowUnknownKeys: false, environment: 'default', from: undefined, var: {} };
    expect(JSON.stringify((await loadConfig(options)).config)).toContain('of-this-machine');
    const refused: Error = await loadConfig({ ...options, untrusted: true }).then(
      () => expect.fail('it was read'),
      (error: Error) => error,
    );
    expect(refused.message).toContain('states are read by the command line alone, and not for strangers');
    expect(refused.message).not.toContain('of-this-machine');
  });
});

describe('a state of the backend azurerm', () => {
  const address = { storage_account_name: 'tfstates', container_name: 'states', key: 'prod.tfstate' };

  function storage(status: number, lease = 'available') {
    const sent: PipelineRequest[] = [];
    const transport: HttpClient = {
      async sendRequest(request) {
        sent.push(request);
        const headers = createHttpHeaders({
          etag: '"1"',
          'x-ms-lease-state': lease,
          'content-length': String(STATE.length),
          'x-ms-error-code': 'BlobNotFound',
        });
        const { Readable } = await import('node:stream');
        return { request, status, headers, readableStreamBody: Readable.from([STATE]) };
      },
    };
    const credential = {
      getToken: async () => ({ token: 'secret-token', expiresOnTimestamp: Date.now() + 3_600_000 }),
    };
    return { sent, access: { suffix: 'core.windows.net', credential, transport } };
  }

  it('is read with the identity at hand, that of another workspace under its own name', async () => {
    const { sent, access } = storage(200);
    expect(await readBackend(address, access)).toEqual({ ok: true, outputs: OUTPUTS });
    await readBackend({ ...address, workspace: 'blue' }, access);
    expect(sent.map(({ method, url }) => `${method} ${decodeURIComponent(url)}`)).toEqual([
      'GET https://tfstates.blob.core.windows.net/states/prod.tfstate',
      'HEAD https://tfstates.blob.core.windows.net/states/prod.tfstate',
      'GET https://tfstates.blob.core.windows.net/states/prod.tfstateenv:blue',
      'HEAD https://tfstates.blob.core.windows.net/states/prod.tfstateenv:blue',
    ]);
  });

  it('is read under somebody’s lock, which is told', async () => {
    const { access } = storage(200, 'leased');
    expect(await readBackend(address, access)).toMatchObject({ ok: true, warning: expect.stringContaining('locked') });
  });

  it('that is not there, or at an address that is none, says so, and no token leaves for elsewhere', async () => {
    const { access } = storage(404);
    expect(await readBackend(address, access)).toEqual({
      ok: false,
      problem: 'there is no blob prod.tfstate in tfstates.blob.core.windows.net/states',
    });
    const { sent, access: other } = storage(200);
    expect(await readBackend({ ...address, storage_account_name: 'evil.example/x' }, other)).toMatchObject({
      ok: false,
    });
    expect(sent).toEqual([]);
  });
});
