import { describe, expect, it } from 'vitest';
import { isDiskFull } from '../../../src/shared/disk-full.ts';

const failing = (code: string): Error => Object.assign(new Error(`${code}: write`), { code });

describe('a full disk', () => {
  it.each(['ENOSPC', 'EDQUOT'])('is told by %s, also as the cause of another error', (code) => {
    expect(isDiskFull(failing(code))).toBe(true);
    expect(isDiskFull(new Error('the lock cannot be written', { cause: failing(code) }))).toBe(true);
  });

  it('is told by SQLite, which locks files', () => {
    expect(isDiskFull(Object.assign(new Error('database or disk is full'), { errcode: 13 }))).toBe(true);
  });

  it.each([failing('EACCES'), new Error('ENOSPC'), 'ENOSPC', undefined])('is not told by %s', (error) => {
    expect(isDiskFull(error)).toBe(false);
  });

  it('is looked for in a chain of causes that ends in itself', () => {
    const error = new Error('circular');
    error.cause = error;
    expect(isDiskFull(error)).toBe(false);
  });
});
