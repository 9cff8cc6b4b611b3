import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/shared/json.ts';
import { type Judged, judgeRequest } from '../../../src/simulator/registry/judge-request.ts';
import { hereDocument, ShellError, shellWords } from '../../../src/simulator/registry/shell-words.ts';
import { renderTemplate, TemplateError } from '../../../src/simulator/registry/task-template.ts';

const REFERENCE = 'crdemo.azurecr.io/shop/web:1';

async function archive(files: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const tar = pack();
  for (const [name, text] of Object.entries(files)) tar.entry({ name }, text);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}

async function judge(request: JsonObject, Dockerfile: string): Promise<Judged> {
  const judged = await judgeRequest({
    ...{ request, runId: 'ch1', loginServer: 'crdemo.azurecr.io', platform: 'linux/amd64' },
    source: () => archive({ Dockerfile, 'a.txt': 'a' }),
    failsOnRequest: () => false,
  });
  if ('refused' in judged) throw new Error(judged.refused.message);
  return judged;
}

const encoded = (task: string) => Buffer.from(task).toString('base64');
const task = (content: string, values: readonly JsonObject[] = []): JsonObject => ({
  ...{ type: 'EncodedTaskRunRequest', encodedTaskContent: encoded(content), values: [...values] },
});
const step = (kind: 'build' | 'cmd', line: string, more = '') =>
  `steps:\n  - id: build\n    ${kind}: ${line}\n${more}  - push: ["${REFERENCE}"]\n`;
const BUILDKIT = '    env: ["DOCKER_BUILDKIT=1"]\n';
const MOUNT = 'FROM alpine\nRUN --mount=type=cache,target=/x make';
const PLATFORM = 'FROM --platform=$BUILDPLATFORM alpine';

describe('a task of one build', () => {
  it('has BuildKit in a build step only where the environment says so', async () => {
    const line = `-t ${REFERENCE} .`;
    expect((await judge(task(step('build', line, BUILDKIT)), MOUNT)).verdict.result.kind).toBe('built');
    const classic = await judge(task(step('build', line)), MOUNT);
    expect(classic.verdict.output.at(-1)).toContain('requires BuildKit');
    const near = await judge(task(step('build', line, '    env: ["DOCKER_BUILDKIT=true"]\n')), MOUNT);
    expect(near.verdict.result.kind).toBe('failed');
  });

  it('is scanned in a build step, and not as a command', async () => {
    const scanned = await judge(task(step('build', `-t ${REFERENCE} .`, BUILDKIT)), PLATFORM);
    expect(scanned.verdict.output.at(-1)).toContain('unable to understand line FROM --platform');
    const command = await judge(task(step('cmd', `docker build -t ${REFERENCE} .`, BUILDKIT)), PLATFORM);
    expect(command).toMatchObject({ verdict: { result: { kind: 'built' } }, images: [], pushed: [{ tag: '1' }] });
    const off = await judge(
      task(step('cmd', `docker build -t ${REFERENCE} .`, '    env: ["DOCKER_BUILDKIT=0"]\n')),
      MOUNT,
    );
    expect(off.verdict.result.kind).toBe('failed');
  });

  it('mounts secrets of volumes, as a shell has written them', async () => {
    const content = `volumes:\n  - name: v\n    secret: { npm: "{{.Values.s}}" }\n${step(
      'build',
      `--secret id=npm,src=/run/v/npm -t ${REFERENCE} .`,
      `${BUILDKIT}    volumeMounts: [{ name: v, mountPath: /run/v }]\n`,
    )}`;
    const Dockerfile = 'FROM alpine\nRUN --mount=type=secret,id=npm cat /run/secrets/npm';
    const given = (value: string) => [{ name: 's', value: encoded(value), isSecret: true }];
    const { verdict } = await judge(task(content, given('a\\$b$HOME\nline 2')), Dockerfile);
    expect(verdict.output.filter((line) => line.startsWith('#7'))).toEqual([
      '#7 0.100 a$b',
      '#7 0.100 line 2',
      '#7 0.100 ',
    ]);
    const plain = await judge(task(content, [{ name: 's', value: 'not base64!' }]), Dockerfile);
    expect(plain.verdict.output).toEqual([expect.stringContaining('failed to decode Base64')]);
  });

  it.each([
    ['no YAML', 'steps: [', 'failed to deserialize task'],
    ['a version that there is not', 'version: v9\nsteps: []', 'invalid version'],
    ['no steps', 'version: v1.0.0', 'there are no steps'],
    ['two things in a step', 'steps: [{build: ".", cmd: x}]', 'only contain a single'],
    ['a mount of no volume', 'steps: [{build: ".", volumeMounts: [{name: v, mountPath: /v}]}]', 'does not correspond'],
    ['an action that is not closed', 'steps: [{build: "{{.Values.x"}]', 'unclosed action'],
    ['an unknown flag', step('build', '--frob .'), 'unknown flag: --frob'],
    ['two contexts', step('build', `-t ${REFERENCE} --build-arg A=b c .`), 'requires exactly 1 argument'],
    ['a push of what was not built', step('build', '-t crdemo.azurecr.io/other:1 .'), 'does not exist locally'],
    [
      'a secret for the classic builder',
      step('build', `--secret id=a,src=/x -t ${REFERENCE} .`),
      'unknown flag: --secret',
    ],
    [
      'a secret without its file',
      step('build', `--secret id=a,src=/x -t ${REFERENCE} .`, BUILDKIT),
      'failed to stat /x',
    ],
  ])('fails for %s', async (_, content, message) => {
    const { verdict } = await judge(task(content), 'FROM alpine');
    expect(verdict.result.kind).toBe('failed');
    expect(verdict.output.at(-1)).toContain(message);
  });

  it('that does something else is refused', async () => {
    await expect(judge(task('steps: [{cmd: bash echo}]'), 'FROM alpine')).rejects.toThrow('are simulated');
    await expect(judge(task(step('build', '.').replace('crdemo.', 'other.')), 'FROM alpine')).rejects.toThrow(
      'not in the registry',
    );
  });
});

describe('a quick build', () => {
  const quick = (changes: JsonObject): JsonObject => ({
    ...{ type: 'DockerBuildRequest', dockerFilePath: 'Dockerfile', imageNames: [REFERENCE], ...changes },
  });

  it('hands arguments to a shell as they are', async () => {
    const Dockerfile = 'FROM alpine\nARG A=x\nCOPY $A /';
    const given = (value: string) => quick({ arguments: [{ name: 'A', value }] });
    expect((await judge(given('a.txt'), Dockerfile)).verdict.result.kind).toBe('built');
    expect((await judge(given("'a.txt'"), Dockerfile)).verdict.result.kind).toBe('built');
    expect((await judge(given('a.txt b'), Dockerfile)).verdict.output).toEqual([
      '"docker build" requires exactly 1 argument.',
    ]);
  });
});

describe('the shell of the builder', () => {
  it.each([
    ['a  b', ['a', 'b']],
    [`'a b'"c d"e\\ f`, ['a bc de f']],
    [`'it'"'"'s'`, ["it's"]],
    ['a$HOME${X}b "$Y"', ['ab', '']],
    ['"a\\"b\\$c\\d"', ['a"b$c\\d']],
    ["''", ['']],
    ['cost$', ['cost$']],
  ])('splits %s', (line, words) => expect(shellWords(line)).toEqual(words));

  it('says what it does not do', () => {
    for (const line of ['a; b', 'a | b', '`a`', '"$(a)"', "'a"]) expect(() => shellWords(line)).toThrow(ShellError);
  });

  it('expands here-documents', () => {
    expect(hereDocument('a\\$b$c\\\\d\\`"e"')).toBe('a$b\\d`"e"');
    expect(() => hereDocument('`rm`')).toThrow(ShellError);
  });
});

describe('the template of a task', () => {
  it('fills in values, texts and their base64', () => {
    const values = { Values: { a: 'x' }, Run: { ID: 'ch1' } };
    expect(renderTemplate('{{.Values.a}}-{{ .Run.ID }}-{{.Values.no}}|{{`{{`}}|{{"q\\"}}"}}', values)).toBe(
      'x-ch1-|{{|q"}}',
    );
    expect(renderTemplate('{{.Values.a | b64enc}}', values)).toBe('eA==');
    for (const text of ['{{.Values.a', '{{.Values.a | upper}}', '{{range .x}}']) {
      expect(() => renderTemplate(text, values)).toThrow(TemplateError);
    }
  });
});
