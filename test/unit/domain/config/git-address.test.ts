import { describe, expect, it } from 'vitest';
import { parseGitAddress } from '../../../../src/domain/config/git-address.ts';

describe('the address of a repository', () => {
  it.each([
    ['https://example.com/org/repo.git', { repository: 'https://example.com/org/repo.git', ref: '' }],
    ['https://example.com/org/repo.git#main', { repository: 'https://example.com/org/repo.git', ref: 'main' }],
    ['https://example.com/repo.git#feature/x', { repository: 'https://example.com/repo.git', ref: 'feature/x' }],
    [
      'https://example.com/repo.git#refs/pull/1/head',
      { repository: 'https://example.com/repo.git', ref: 'refs/pull/1/head' },
    ],
  ])('%s is taken apart', (text, expected) => {
    expect(parseGitAddress(text)).toEqual(expected);
  });

  it.each([
    ['git@example.com:org/repo.git', 'https address'],
    ['http://example.com/repo.git', 'https address'],
    ['ssh://example.com/repo.git', 'https address'],
    ['../repo', 'https address'],
    ['https://example.com/archive.tar.gz', 'end in .git'],
    ['https://example.com/repo.git?token=x', 'without a query'],
    ['https://example.com/repo.git#a b', 'no name of a branch'],
    ['https://example.com/repo.git#main:folder', 'no name of a branch'],
    ['https://example.com/repo.git#a..b', 'no name of a branch'],
    ['https://example.com/repo.git#-x', 'no name of a branch'],
  ])('%s is refused', (text, reason) => {
    expect(parseGitAddress(text)).toEqual({ problem: expect.stringContaining(reason) });
  });

  it('with a password is refused without repeating it', () => {
    const found = parseGitAddress('https://user:hunter2@example.com/repo.git');
    expect(found).toEqual({ problem: expect.stringContaining('credentials') });
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });
});
