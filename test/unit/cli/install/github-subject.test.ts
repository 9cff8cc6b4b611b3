import { describe, expect, it } from 'vitest';
import { githubSubject } from '../../../../src/cli/install/github-subject.ts';

const answering =
  (status: number, body: unknown) =>
  async (address: string | URL | Request): Promise<Response> => {
    expect(String(address)).toBe('https://api.github.com/repos/shop/web/actions/oidc/customization/sub');
    return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status });
  };
const subject = async (status: number, body: unknown) =>
  await githubSubject('shop/web', answering(status, body), 'https://api.github.com/');

describe('the subject of a repository', () => {
  it('is as GitHub says, with ids or without', async () => {
    const withIds = { use_default: true, use_immutable_subject: true, sub_claim_prefix: 'repo:shop@12/web@34' };
    expect(await subject(200, withIds)).toBe('repo:shop@12/web@34:environment:production');
    expect(await subject(200, { use_default: true })).toBe('repo:shop/web:environment:production');
  });

  it.each([
    [200, { use_default: false, include_claim_keys: ['repository_id'] }, /template of its own/],
    [200, { use_default: true, use_immutable_subject: true }, /ids/],
    [404, { message: 'Not Found' }, /404/],
    [200, 'no json', /no JSON/],
  ])('is asked for where it cannot be told (%d)', async (status, body, why) => {
    await expect(subject(status, body)).rejects.toMatchObject({
      code: 'github_subject_unknown',
      message: expect.stringMatching(why),
    });
  });
});
