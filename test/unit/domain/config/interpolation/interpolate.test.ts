import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../../src/domain/config/parse.ts';

const HEAD = `azure: { resource_group: rg, location: eastus, project_name: shop }
key_vault: { name: shop-kv }
`;

function read(lines: string, variables: Readonly<Record<string, string>> = {}, head = `interpolate: true\n${HEAD}`) {
  return parseConfig(head + lines, { variables: (name) => variables[name] });
}

function problems(lines: string, variables: Readonly<Record<string, string>> = {}): readonly string[] {
  const result = read(lines, variables);
  if (result.ok) return [];
  return result.problems.map(({ path, message, line, column }) => `${line}:${column} ${path}: ${message}`);
}

function web(lines: string, variables: Readonly<Record<string, string>>) {
  const result = read(`services:\n  web:\n${lines}`, variables);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.parsed.config.services.infrastructure[0];
}

describe('interpolate', () => {
  it('fills variables in, as numbers and truth values where the schema wants these', () => {
    const lines =
      '    image: "web:${TAG}"\n    port: ${PORT}\n    consumer: "${FLAG:-true}"\n    env: { N: "${N}", V: "v${{environment.name}}" }\n';
    expect(web(lines, { TAG: '1.10', PORT: '8080', N: '1.10' })).toMatchObject({
      image: 'web:1.10',
      port: 8080,
      consumer: true,
      env: { N: { kind: 'plain', value: '1.10' }, V: { kind: 'reference', text: 'v${{environment.name}}' } },
    });
  });

  it('tells a variable that is not set at its place, in the middle of a number, too', () => {
    expect(problems('services:\n  web: { image: web, port: "80${END}" }\n')).toEqual([
      '5:28 services.web.port: the variable END is not set; write ${END:-default} where it need not be',
    ]);
    const half = 'services:\n  web:\n    image: web\n    cpu: ${HALF}.5\n';
    expect(problems(half)).toEqual([
      '7:10 services.web.cpu: the variable HALF is not set; write ${HALF:-default} where it need not be',
    ]);
    expect(problems(half, { HALF: '0' })).toEqual([]);
  });

  it('tells what does not fit without the value', () => {
    expect(problems('services:\n  web: { image: web, port: "${PORT}" }\n', { PORT: 'hush' })).toEqual([
      '5:28 services.web.port: expected a number, found a value of another kind',
    ]);
  });

  it('is nothing by itself: without it the digest is that of the texts, and a warning says how', () => {
    const lines = 'services:\n  web: { image: "web:1", env: { A: "${TAG}", B: "${{environment.name}}" } }\n';
    const result = read(lines, { TAG: 'x' }, HEAD);
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    expect(result.parsed.config.services.infrastructure[0]?.env.A).toEqual({ kind: 'plain', value: '${TAG}' });
    expect(result.parsed.warnings.map(({ path, message }) => [path, message])).toEqual([
      ['services.web.env.A', expect.stringContaining('interpolate: true')],
    ]);
  });

  it('leaves no trace in the configuration: filled in is as written', () => {
    const filled = read('services: { web: { image: "web:${TAG}" } }\n', { TAG: '1' });
    const written = read('services: { web: { image: "web:1" } }\n', {}, HEAD);
    expect(filled.ok && filled.parsed.digest).toBe(written.ok && written.parsed.digest);
  });

  it('asks for env: where a value looks like a secret, by the name of either variable or by itself', () => {
    const lines = `services:
  web: { image: web, env: { A: "\${DB_PASSWORD}", API_KEY: "\${X}", URL: "\${Y}", TTL: "\${TOKEN_TTL}" } }
`;
    const values = { DB_PASSWORD: 'hush-1', X: 'hush-2', Y: 'amqp://user:hush-3@host', TOKEN_TTL: '60' };
    const found = problems(lines, values);
    expect(found.map((one) => one.split(' ')[1])).toEqual([
      'services.web.env.A:',
      'services.web.env.API_KEY:',
      'services.web.env.URL:',
    ]);
    expect(found[0]).toContain('"db_password: env:DB_PASSWORD" under secrets, and {secret: db_password} here');
    expect(found.join()).not.toContain('hush');
  });

  it('shows no such value in what is told besides', () => {
    expect(problems('services: { web: { image: "${WEB_TOKEN}" } }\n', { WEB_TOKEN: 'Hush Hush' })).toEqual([
      expect.stringMatching(/^4:27 services\.web\.image: looks like a secret/),
    ]);
  });

  it('fills no secret in, and which variable holds one', () => {
    expect(problems('services: {}\nsecrets: { a: "${A}", b: "env:${B}" }\n', { A: 'hush', B: 'NAME' })).toEqual([
      '5:15 secrets.a: is a secret, and is not filled in; write env:A',
    ]);
  });

  it('leaves keys alone, and what only holds anchors', () => {
    const lines = 'x-a: { b: "${UNSET}" }\nservices: {}\ntags: { "${K}": "${V}" }\n';
    const result = read(lines, { V: 'v' });
    expect(result.ok && result.parsed.config.tags).toEqual({ '${K}': 'v' });
  });
});
