import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { examineTools } from '../../../../src/cli/local/tools.ts';
import { tempDirectory } from '../../../helpers/temp.ts';

const REAL = { simulate: false };

describe('what must be installed', () => {
  it('is nothing but Node for the simulator, or where variables name a credential', () => {
    const text = expect.stringMatching(/^Node \d+.*neither Docker nor git nor az is needed$/);
    expect(examineTools({}, { simulate: true })).toEqual({ check: 'tools', status: 'ok', text });
    const client = { AZURE_TENANT_ID: 't', AZURE_CLIENT_ID: 'c' };
    expect(examineTools({ ...client, AZURE_CLIENT_SECRET: 's' }, REAL)).toMatchObject({ status: 'ok', text });
    expect(examineTools(client, REAL)).toMatchObject({ status: 'unknown' });
  });

  it.skipIf(process.platform === 'win32')('is az otherwise, which may be run', async () => {
    const directory = await tempDirectory();
    const env = { PATH: directory };
    await writeFile(join(directory, 'az'), '');
    expect(examineTools(env, REAL)).toMatchObject({
      status: 'unknown',
      repair: expect.stringContaining('az login'),
    });
    await chmod(join(directory, 'az'), 0o755);
    expect(examineTools(env, REAL)).toMatchObject({
      status: 'ok',
      text: expect.stringContaining('az to sign in with'),
    });
  });
});
