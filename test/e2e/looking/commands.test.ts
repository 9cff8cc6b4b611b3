import { execFile } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createSandbox, runCli } from '../../helpers/cli.ts';
import { COMMAND_LINE } from '../../helpers/product/command-line.ts';
import { tempDirectory } from '../../helpers/temp.ts';

const run = promisify(execFile);

/** A directory with the program under its installed name. */
async function installed(): Promise<string> {
  const directory = await tempDirectory();
  const program = join(directory, 'draftgenie-deploy');
  await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${COMMAND_LINE}' "$@"\n`);
  await chmod(program, 0o755);
  return directory;
}

describe('completion', () => {
  it.skipIf(process.platform === 'win32').each([
    ['draftgenie-deploy de', ['deploy', 'destroy']],
    ['draftgenie-deploy state fo', ['forget']],
    ['draftgenie-deploy --simulator-pr', ['--simulator-profile']],
    ['draftgenie-deploy plan --output ', ['pretty', 'plain', 'json']],
    ['draftgenie-deploy explain proxy_', ['proxy_refused', 'proxy_setting_invalid', 'proxy_unreachable']],
    ['draftgenie-deploy --config drafts/', ['drafts/config.yaml']],
    ['draftgenie-deploy init --output drafts/', ['drafts/config.yaml']],
  ])('in bash, as its key is pressed: %s', async (line, expected) => {
    const directory = await installed();
    await run('mkdir', [join(directory, 'drafts')]);
    await writeFile(join(directory, 'drafts', 'config.yaml'), '');
    // As bash itself calls the function; options of a completion can be set during one only.
    const script = `
      compopt() { :; }
      eval "$(draftgenie-deploy completion bash)"
      COMP_LINE='${line}' COMP_POINT=${line.length}
      COMP_WORDS=(${line}${line.endsWith(' ') ? " ''" : ''}) COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 ))
      $(complete -p draftgenie-deploy | sed -E 's/.*-F ([^ ]+).*/\\1/')
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const env = { ...process.env, PATH: `${directory}${delimiter}${process.env.PATH}` };
    const { stdout } = await run('bash', ['--norc', '-c', script], { cwd: directory, env });
    expect(
      stdout
        .trim()
        .split('\n')
        .map((word) => word.trim())
        .toSorted(),
    ).toEqual([...expected].sort());
  });

  it.each([
    ['zsh', /^#compdef draftgenie-deploy/],
    ['fish', /complete -c draftgenie-deploy/],
    ['powershell', /Register-ArgumentCompleter .*draftgenie-deploy/],
  ])('prints the script of %s, which asks the program in the same way', async (shell, registers) => {
    const { exitCode, stdout } = await runCli(await tempDirectory(), ['completion', shell]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(registers);
    expect(stdout).toMatch(/draftgenie-deploy'? complete '?--'?/);
  });

  it('is refused for a shell that it does not know', async () => {
    const { exitCode, stderr } = await runCli(await tempDirectory(), ['completion', 'tcsh']);
    expect(exitCode).toBe(64);
    expect(stderr).toContain('zsh, bash, fish, powershell');
  });
});

describe('explain', () => {
  it('prints the row of a code, of ours or of Azure, in whatever case', async () => {
    const directory = await tempDirectory();
    const own = await runCli(directory, ['explain', 'STATE_LOCKED']);
    expect(own.exitCode).toBe(0);
    expect(own.stdout).toContain('Another run holds the environment');
    expect(own.stdout).toContain('Exit code   75, HTTP status 409');
    const azure = await runCli(directory, ['explain', 'authorizationFailed', '--output', 'json']);
    expect(azure.events).toMatchObject([{ type: 'error_code', azure: [{ kind: 'propagation' }] }]);
  });

  it('suggests what was meant, and exits with 2', async () => {
    const { exitCode, stderr } = await runCli(await tempDirectory(), ['explain', 'state_loked']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/No error has the code state_loked\. Did you mean state_locked/);
  });
});

it('config schema prints the schema that editors are given', async () => {
  const { stdout } = await runCli(await tempDirectory(), ['config', 'schema']);
  expect(stdout).toBe(await readFile(new URL('../../../config.schema.json', import.meta.url), 'utf8'));
});

it('what is deployed is opened by its name, and what is left behind is listed with its age and its commands', async () => {
  const sandbox = await createSandbox();
  const config = ['--config', 'app/config.yaml'];
  const open = (...words: string[]) => sandbox.run(['open', ...words, ...config]);
  expect(await open()).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('Nothing was deployed') });
  expect((await sandbox.deploy()).exitCode).toBe(0);

  // There is no person at this terminal, so that nothing is started.
  expect((await open()).stdout).toMatch(/^https:\/\/api-gateway\.[\w.-]+\.azurecontainerapps\.io\n$/);
  const portal = 'https://portal.azure.com/#resource/subscriptions/';
  const group = '[0-9a-f-]{36}/resourceGroups/draftgenie-example-rg';
  expect((await open('portal')).stdout).toMatch(new RegExp(`^${portal}${group}/overview\n$`));
  expect((await open('key-vault')).stdout).toMatch(/vaults\/draftgenie-example-kv\/overview\n$/);
  expect((await open('draft_service')).stdout).toMatch(/containerApps\/draft-service\/containerapp\n$/);
  const unknown = await open('nobody');
  expect(unknown.exitCode).toBe(64);
  expect(unknown.stderr).toMatch(/nothing to open that is called nobody.*\n.*api_gateway, portal/);

  const text = await sandbox.read('app/config.yaml');
  await sandbox.write('app/config.yaml', text.replace('name: "evaluation-service"', 'name: "evaluation-svc"'));
  const renamed = await sandbox.deploy();
  expect(renamed.exitCode, renamed.stderr).toBe(0);
  for (const command of ['status', 'drift']) {
    const { stdout } = await sandbox.run([command, ...config, ...(command === 'drift' ? ['--simulate'] : [])]);
    expect(stdout).toContain('? app:evaluation_service@evaluation-service  since today');
    const name = 'app:evaluation_service@evaluation-service';
    expect(stdout).toMatch(new RegExp(`cli\\.js destroy --config app/config\\.yaml .*--left-behind ${name}`));
    expect(stdout).toMatch(new RegExp(`cli\\.js state forget --config app/config\\.yaml .*${name}`));
  }
  const { events } = await sandbox.run(['status', ...config, '--output', 'json']);
  const left = (events[0] as unknown as { leftBehind: readonly unknown[] }).leftBehind;
  const since = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
  expect(left).toContainEqual(expect.objectContaining({ name: 'app:evaluation_service@evaluation-service', since }));
});
