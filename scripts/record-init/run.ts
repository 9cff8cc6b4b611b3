import { chmod, cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { film } from './film.ts';
import { recordedTerminal } from './terminal.ts';

/**
 * Records docs/init.svg, which the README shows: `init` in a folder with a Compose file, and what comes of it on the simulator. It
 * really runs what is seen there, in a copy of examples/compose on a screen of tmux, which has to be installed.
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const [COLUMNS, ROWS] = [112, 34];

const home = await mkdtemp(join(tmpdir(), 'record-init-'));
const folder = join(home, 'guestbook');
await cp(join(ROOT, 'examples/compose'), folder, { recursive: true });
// Under the name by which people start it: the commands that it prints begin with that.
const named = join(home, 'named/draftgenie-deploy');
await mkdir(join(home, 'named'));
await symlink(join(ROOT, 'src/cli/bin.ts'), named);
const program = join(home, 'draftgenie-deploy');
await writeFile(program, `#!/bin/sh\nexec '${process.execPath}' '${named}' "$@"\n`);
await chmod(program, 0o755);
await writeFile(join(home, 'shell'), "PS1='\\[\\e[1;32m\\]guestbook\\[\\e[0m\\] $ '\n");
const env = { PATH: `${home}:${process.env.PATH ?? ''}`, HOME: home, LANG: 'C.UTF-8' };
const shell = `bash --noprofile --rcfile '${join(home, 'shell')}'`;
const terminal = await recordedTerminal({ columns: COLUMNS, rows: ROWS, folder, env, shell });
const PROMPT = /guestbook \$ *\n*$/;

try {
  await terminal.until(PROMPT);
  await terminal.type('head -26 compose.yaml');
  await terminal.until(/condition: service_healthy[\s\S]*guestbook \$/);
  terminal.read(2500);
  await terminal.clear();
  await terminal.type('draftgenie-deploy init --simulate');
  for (const question of [
    /Name of the application \[.*\]: ?$/m,
    /Number \[1\]: ?$/m,
    /cache: [\s\S]*Number \[1\]: ?$/m,
    /Region.*\]: ?$/m,
  ]) {
    await terminal.until(question);
    terminal.read(1500);
    await terminal.type('');
  }
  await terminal.until(/Next:[\s\S]*guestbook \$/);
  terminal.read(5000);
  await terminal.clear();
  await terminal.type('draftgenie-deploy --config config.yaml --simulate');
  await terminal.until(/Only "yes" is accepted: ?$/m);
  terminal.read(2500);
  await terminal.type('yes');
  await terminal.until(/succeeded[\s\S]*guestbook \$/);
  terminal.read(6000);
} finally {
  await terminal.close();
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
}

const title =
  'Recording: init makes a configuration of a Compose file, and the application is deployed to the simulator';
await writeFile(join(ROOT, 'docs/init.svg'), film(terminal.frames(), COLUMNS, ROWS, title));
