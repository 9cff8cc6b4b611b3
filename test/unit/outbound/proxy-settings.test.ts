import { describe, expect, it } from 'vitest';
import { readProxySettings } from '../../../src/outbound/proxy-settings.ts';

const PROXY = 'http://proxy.example:8080';

function proxyOf(address: string, variables: Readonly<Record<string, string>>): string | undefined {
  return readProxySettings(variables)(new URL(address))?.href;
}

describe('the proxy of an address', () => {
  it.each([
    ['https://a.example/', { HTTPS_PROXY: PROXY }, `${PROXY}/`],
    ['https://a.example/', { https_proxy: PROXY, HTTPS_PROXY: 'http://other.example' }, `${PROXY}/`],
    ['https://a.example/', { HTTP_PROXY: PROXY }, undefined],
    ['http://a.example/', { HTTP_PROXY: PROXY }, `${PROXY}/`],
    ['http://a.example/', { http_proxy: PROXY, HTTPS_PROXY: 'http://other.example' }, `${PROXY}/`],
    ['https://a.example/', { ALL_PROXY: PROXY }, `${PROXY}/`],
    ['https://a.example/', { HTTPS_PROXY: '', ALL_PROXY: '' }, undefined],
    ['https://a.example/', {}, undefined],
  ] as const)('is chosen by the scheme of %s from %o', (address, variables, expected) => {
    expect(proxyOf(address, variables)).toBe(expected);
  });

  it.each([
    'http://localhost:7071/',
    'http://127.0.0.1:10000/devstoreaccount1',
    'https://127.9.9.9/',
    'https://[::1]:8443/',
    'http://app.localhost/',
    'http://169.254.169.254/metadata/identity/oauth2/token',
  ])('is none for this machine and its link: %s', (address) => {
    expect(proxyOf(address, { HTTPS_PROXY: PROXY, HTTP_PROXY: PROXY })).toBeUndefined();
  });

  it.each(['proxy.example:8080', '10.0.0.1:3128', 'socks5://proxy.example', 'user:s3cret-word@proxy', 'http://'])(
    'has to be written as a URL, and %s is refused without being repeated',
    (text) => {
      const read = (): unknown => readProxySettings({ HTTPS_PROXY: text });
      expect(read).toThrow(expect.objectContaining({ code: 'proxy_setting_invalid' }));
      expect(read).toThrow('HTTPS_PROXY is not the address of a proxy.');
    },
  );
});

describe('NO_PROXY', () => {
  it.each([
    ['a.example', 'https://a.example/', true],
    ['a.example', 'https://b.a.example/', true],
    ['a.example', 'https://ba.example/', false],
    ['.a.example', 'https://b.a.example/', true],
    ['*.a.example', 'https://c.b.a.example/', true],
    ['*.a.example', 'https://a.example.org/', false],
    ['A.Example', 'https://a.EXAMPLE/', true],
    ['x.example, a.example', 'https://a.example/', true],
    ['x.example a.example', 'https://a.example/', true],
    ['*', 'https://a.example/', true],
    ['x.example,*', 'https://a.example/', true],
    ['a.example:443', 'https://a.example/', true],
    ['a.example:8443', 'https://a.example/', false],
    ['a.example:8443', 'https://a.example:8443/', true],
    ['10.1.2.3', 'https://10.1.2.3/', true],
    ['10.1.2.3', 'https://10.1.2.4/', false],
    ['10.1.2.3:443', 'https://10.1.2.3/', true],
    ['10.1.2.3:444', 'https://10.1.2.3/', false],
    ['10.0.0.0/8', 'https://10.200.1.1/', true],
    ['10.0.0.0/8', 'https://11.0.0.1/', false],
    ['10.0.0.0/33', 'https://10.0.0.1/', false],
    ['10.0.0.0/x', 'https://10.0.0.1/', false],
    ['2001:db8::/32', 'https://[2001:db8::7]/', true],
    ['2001:db8::7', 'https://[2001:db8::7]/', true],
    ['[2001:db8::7]:443', 'https://[2001:db8::7]/', true],
    ['[2001:db8::7]:444', 'https://[2001:db8::7]/', false],
    ['2001:db8::/32', 'https://10.0.0.1/', false],
    ['', 'https://a.example/', false],
    [',.,:,/,[', 'https://a.example/', false],
  ])('%s and %s: exempt %s', (noProxy, address, isExempt) => {
    const expected = isExempt ? undefined : `${PROXY}/`;
    expect(proxyOf(address, { HTTPS_PROXY: PROXY, NO_PROXY: noProxy })).toBe(expected);
    expect(proxyOf(address, { https_proxy: PROXY, no_proxy: noProxy, NO_PROXY: 'z.example' })).toBe(expected);
  });
});
