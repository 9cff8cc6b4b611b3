import { describe, expect, it } from 'vitest';
import { createMasker } from '../../../src/domain/masking.ts';

describe('the masker', () => {
  it.each([
    ['postgresql://app:pa55@host:5432/db', 'postgresql://app:***@host:5432/db'],
    ['rediss://:key=@host:1', 'rediss://:***@host:1'],
    ['https://x/y?sv=1&sig=abc%3D&se=2', 'https://x/y?sv=1&sig=***&se=2'],
    ['AccountKey=abc==;Endpoint=x', 'AccountKey=***;Endpoint=x'],
    ['Authorization: Bearer abcdefghijklmnop', 'Authorization: Bearer ***'],
  ])('hides the credential in %s', (text, masked) => {
    expect(createMasker([]).mask(text)).toBe(masked);
  });

  it('hides known values as they are, percent-encoded and in JSON, the longest first', () => {
    const masker = createMasker(['sec"ret value', 'sec"ret']);
    masker.add('learnt later');
    expect(masker.mask(`${JSON.stringify('sec"ret value')} ${encodeURIComponent('sec"ret value')} learnt later`)).toBe(
      '"***" *** ***',
    );
  });

  it('leaves ordinary text alone', () => {
    const text = 'create_databases completed at 12:30:45, see https://example.com/a:b@c';
    expect(createMasker(['abc']).mask(text)).toBe(text);
  });

  it('knows every line of a secret of several, since logs are told line by line', () => {
    const masker = createMasker(['-----BEGIN KEY-----\r\ncanary-line-one\nend']);
    expect(masker.mask('info: canary-line-one')).toBe('info: ***');
    expect(masker.mask('in the end')).toBe('in the end');
  });
});
