import { describe, expect, it } from 'vitest';
import type { Fetch } from '../../../src/outbound/fetch.ts';
import { resolveGitRef } from '../../../src/source/git-ref.ts';
import { gitSources } from '../../../src/source/git-source.ts';
import { image } from './images.ts';

const repository = 'https://example.com/org/repo.git';
const [HEAD, BRANCH, TAG, PEELED, SAME_BRANCH, SAME_TAG] = ['1', '2', '3', '4', '5', '6'].map((digit) =>
  digit.repeat(40),
);

function packet(text: string): string {
  return `${(Buffer.byteLength(text) + 4).toString(16).padStart(4, '0')}${text}`;
}

/** As git's own HTTP backend answers (protocol version 0). */
const ADVERTISEMENT = [
  packet('# service=git-upload-pack\n'),
  '0000',
  packet(`${HEAD} HEAD\0multi_ack symref=HEAD:refs/heads/main agent=git/2.43.0\n`),
  packet(`${HEAD} refs/heads/main\n`),
  packet(`${BRANCH} refs/heads/feature/ü\n`),
  packet(`${SAME_BRANCH} refs/heads/same\n`),
  packet(`${SAME_TAG} refs/tags/same\n`),
  packet(`${TAG} refs/tags/v1.0\n`),
  packet(`${PEELED} refs/tags/v1.0^{}\n`),
  '0000',
].join('');

interface Asked {
  readonly addresses: string[];
  readonly fetch: Fetch;
}

function host(body = ADVERTISEMENT, status = 200, type = 'application/x-git-upload-pack-advertisement'): Asked {
  const addresses: string[] = [];
  return {
    addresses,
    fetch: async (address) => {
      addresses.push(String(address));
      return new Response(body, { status, headers: { 'content-type': type } });
    },
  };
}

describe('a ref of a repository', () => {
  it.each([
    ['', HEAD],
    ['main', HEAD],
    ['feature/ü', BRANCH],
    ['v1.0', PEELED],
    ['refs/tags/v1.0', PEELED],
    ['tags/v1.0', PEELED],
    ['same', SAME_BRANCH],
    ['refs/tags/same', SAME_TAG],
  ])('%s is the commit that git ls-remote shows', async (ref, commit) => {
    const { fetch, addresses } = host();
    expect(await resolveGitRef({ repository, ref }, fetch)).toBe(commit);
    expect(addresses).toEqual([`${repository}/info/refs?service=git-upload-pack`]);
  });

  it('that is a whole commit is not looked up', async () => {
    const { fetch, addresses } = host();
    expect(await resolveGitRef({ repository, ref: String(TAG) }, fetch)).toBe(TAG);
    expect(addresses).toEqual([]);
  });

  it.each(['gone', '3333333'])('%s that is not there is told by its name', async (ref) => {
    await expect(resolveGitRef({ repository, ref }, host().fetch)).rejects.toMatchObject({
      code: 'git_ref_unknown',
      message: expect.stringContaining(ref),
    });
  });

  it.each([
    ['a private repository', host('', 401), /private/],
    ['a missing repository', host('', 404), /private/],
    ['a broken host', host('', 502), /502/],
    ['a web page', host('<html>', 200, 'text/html'), /no git repository/],
    ['a list that is cut off', host(ADVERTISEMENT.slice(0, 90)), /cannot be read/],
    ['a list of something else', host('zzzz'), /cannot be read/],
  ])('of %s is told with the reason', async (_title, { fetch }, reason) => {
    await expect(resolveGitRef({ repository, ref: 'main' }, fetch)).rejects.toMatchObject({
      code: 'git_source_unreachable',
      message: expect.stringMatching(reason),
      hint: expect.stringContaining('--source'),
    });
  });

  it('of a host that cannot be reached is told with the cause', async () => {
    const fetch = async (): Promise<Response> => {
      throw new Error('getaddrinfo ENOTFOUND example.com');
    };
    await expect(resolveGitRef({ repository, ref: '' }, fetch)).rejects.toThrow('getaddrinfo ENOTFOUND');
  });
});

describe('a repository as the source', () => {
  function clockAt(times: number[]): { now(): Date } {
    return { now: () => new Date(times.length > 1 ? (times.shift() ?? 0) : (times[0] ?? 0)) };
  }

  it('has its commit as the digest, and gives the builder that very commit', async () => {
    const { fetch } = host();
    const source = gitSources(fetch, clockAt([0]))(`${repository}#v1.0`);
    expect(await source.address(image)).toBe(`${repository}#${PEELED}`);
    expect(await source.address({ ...image, buildContext: './app/' })).toBe(`${repository}#${PEELED}:app`);
    const digest = await source.imageDigest(image);
    expect(await source.imageDigest(image)).toBe(digest);
    expect(await source.imageDigest({ ...image, dockerfile: 'other' })).not.toBe(digest);
    const other = gitSources(fetch, clockAt([0]))(`${repository}#main`);
    expect(await other.imageDigest(image)).not.toBe(digest);
  });

  it('says that nobody looks into it before the build', async () => {
    const source = gitSources(host().fetch, clockAt([0]))(repository);
    expect(await source.problems([image])).toEqual([]);
    expect(await source.exists('any/path')).toBe(true);
    const [warning] = await source.warnings([image]);
    expect(warning).toContain('cannot be looked at');
    expect(warning).toContain(HEAD);
  });

  it('is asked once a minute, and again after an answer that was none', async () => {
    const asked = host();
    const open = gitSources(asked.fetch, clockAt([0, 59_000, 60_000]));
    for (let call = 0; call < 3; call += 1) await open(repository).imageDigest(image);
    expect(asked.addresses).toHaveLength(2);

    const answers = [host('', 503).fetch, host().fetch];
    const again = gitSources(async (...request) => await (answers.shift() ?? host().fetch)(...request), clockAt([0]));
    await expect(again(repository).imageDigest(image)).rejects.toMatchObject({ code: 'git_source_unreachable' });
    expect(await again(repository).imageDigest(image)).toMatch(/^[0-9a-f]{64}$/);
  });
});
