import { describe, expect, it } from 'vitest';
import { parseRemoteUrl } from '../../../../src/cli/remote/address.ts';

describe('the address of a served app', () => {
  it.each([
    ['https://app.azurewebsites.net', 'https://app.azurewebsites.net'],
    ['https://app.azurewebsites.net/', 'https://app.azurewebsites.net'],
    ['https://proxy.example/deployer/api/', 'https://proxy.example/deployer'],
    ['http://127.0.0.1:7071', 'http://127.0.0.1:7071'],
    ['http://localhost:7071/api', 'http://localhost:7071'],
  ])('%s is %s', (given, expected) => {
    expect(parseRemoteUrl(given)).toBe(expected);
  });

  it.each([
    ['http://app.example', /in clear/],
    ['https://app.example/?code=c4n4ry', /more than scheme/],
    ['https://user:c4n4ry@app.example', /more than scheme/],
    ['ftp://app.example', /scheme/],
    ['app.example', /not a URL/],
  ])('%s is refused, and not repeated', (given, reason) => {
    expect(() => parseRemoteUrl(given)).toThrow(reason);
    expect(() => parseRemoteUrl(given)).not.toThrow(/c4n4ry/);
  });
});
