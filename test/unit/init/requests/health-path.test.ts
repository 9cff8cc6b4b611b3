import { describe, expect, it } from 'vitest';
import { healthRequest } from '../../../../src/init/requests/health-path.ts';

describe('the request of a health check', () => {
  it.each([
    ['curl -f http://localhost:3000/health || exit 1', { path: '/health', port: 3000 }],
    ['curl --fail localhost:8080', { path: '/', port: 8080 }],
    ['wget -qO- http://127.0.0.1/ready?deep=1&x=2', { path: '/ready?deep=1&x=2' }],
    [
      'wget --no-verbose --tries=1 --spider "http://0.0.0.0:80/api/v1/health" || exit 1',
      { path: '/api/v1/health', port: 80 },
    ],
    ['sh -c "/usr/bin/curl -s http://localhost:${PORT:-4000}/up | grep ok"', { path: '/up', port: 4000 }],
    ['curl -f http://localhost:$PORT/up', { path: '/up' }],
    ['curl http://[::1]:5000/x;', { path: '/x', port: 5000 }],
  ])('%s', (command, expected) => {
    expect(healthRequest(command)).toEqual(expected);
    expect(healthRequest(command.split(' '))).toEqual(expected);
  });

  it.each([
    'pg_isready -U postgres',
    'curl -f https://example.org/health',
    'curl -fk https://localhost/health',
    'node healthcheck.js http://localhost:3000',
    './curl-check localhost',
    'nc -z localhost 80',
    'curl --version',
    '',
  ])('there is none in %s', (command) => {
    expect(healthRequest(command)).toBeUndefined();
  });
});
