import { describe, expect, it } from 'vitest';
import { problemsOf } from '../../../helpers/compose/converted.ts';

/** A service in one line. */
const service = (keys: string): string => `services:\n  web: {image: nginx, ${keys}}\n`;

describe('a Compose file is refused at file, line and column', () => {
  it.each<[what: string, text: string, problem: string]>([
    [
      'no YAML',
      'services:\n  web: {image: nginx',
      'compose.yaml:2:21 : not valid YAML: Flow map in block collection must be sufficiently indented and end with a }',
    ],
    ['an empty one', '', 'compose.yaml:1:1 : the file is empty'],
    ['a list', '- a', 'compose.yaml:1:1 : expected keys and values at the top, found something else'],
    ['without services', 'volumes: {}', 'compose.yaml:1:1 services: there is no service'],
    [
      'of version 1',
      'web:\n  image: nginx\n',
      'compose.yaml:1:1 web: is a service in the form of version 1, which Compose reads no more; put all services below "services:"',
    ],
    ['an unknown key', service('imgae: x'), 'compose.yaml:2:23 services.web.imgae: unknown key; did you mean image?'],
    [
      'another kind of value',
      service('ports: 80'),
      'compose.yaml:2:23 services.web.ports: expected a list, found text',
    ],
    [
      'a service of nothing',
      'services:\n  web: {restart: always}\n',
      'compose.yaml:2:3 services.web: has neither an image nor a build',
    ],
    [
      'no image',
      'services:\n  web: {image: "${NONE}"}\n',
      'compose.yaml:2:9 services.web.image: found "": NONE is set nowhere; expected the name of an image, such as "redis:7"',
    ],
    [
      'a variable that is required',
      service('ports: ["${PORT:?give a port}:80"]'),
      'compose.yaml:2:31 services.web.ports.0: the variable PORT is not set: give a port',
    ],
    [
      'no variable',
      service('command: "${{x}}"'),
      'compose.yaml:2:23 services.web.command: has a ${ that names no variable; write ${NAME} or ${NAME:-default}, and $$ for a $',
    ],
    [
      'no port',
      service('ports: ["eighty"]'),
      'compose.yaml:2:31 services.web.ports.0: found "eighty"; expected a port such as "8080:80"',
    ],
    [
      'ranges that differ',
      service('ports: ["80-82:80-81"]'),
      'compose.yaml:2:31 services.web.ports.0: found "80-82:80-81"; both ranges must be of the same length',
    ],
    [
      'a path of Windows',
      service("volumes: ['C:\\data:/data']"),
      'compose.yaml:2:33 services.web.volumes.0: "C:\\\\data:/data" is a path of Windows, which no container in Azure has; write it relative to this file, with forward slashes',
    ],
    [
      'an env file of Windows',
      service("env_file: 'C:\\x.env'"),
      'compose.yaml:2:23 services.web.env_file.0: "C:\\\\x.env" is a path of Windows; write it relative to this file, with forward slashes',
    ],
    [
      'no env file',
      service('env_file: none.env'),
      'compose.yaml:2:23 services.web.env_file.0: there is no file none.env',
    ],
    [
      'a circle of services',
      'services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x, depends_on: [a]}\n',
      'compose.yaml:3:30 services.b.depends_on: is a circle: a → b → a',
    ],
    [
      'a circle of extensions',
      'services:\n  a: {image: x, extends: b}\n  b: {image: x, extends: a}\n',
      'compose.yaml:2:17 services.a.extends: is a circle: a → b → a',
    ],
    [
      'no service to wait for',
      service('depends_on: [wbe]'),
      'compose.yaml:2:36 services.web.depends_on: there is no service "wbe"; did you mean web?',
    ],
    [
      'no service to extend',
      service('extends: none'),
      'compose.yaml:2:23 services.web.extends: there is no service "none" in compose.yaml',
    ],
    [
      'no volume',
      `${service('volumes: ["dta:/x"]')}volumes: {data: {}}\n`,
      'compose.yaml:2:33 services.web.volumes: there is no volume "dta"; did you mean data?',
    ],
    [
      'no network',
      service('networks: [front]'),
      'compose.yaml:2:34 services.web.networks: there is no network "front"; "networks" at the top defines it',
    ],
    [
      'no secret',
      service('secrets: [token]'),
      'compose.yaml:2:33 services.web.secrets: there is no secret "token"; "secrets" at the top defines it',
    ],
    [
      'no Dockerfile',
      'services:\n  web: {build: app}\n',
      'compose.yaml:2:9 services.web.build: there is no file app/Dockerfile',
    ],
    [
      'a repository',
      'services:\n  web: {build: "https://example.com/x.git#main"}\n',
      'compose.yaml:2:9 services.web.build: "https://example.com/x.git#main" is a repository; clone it beside this file, and give its folder',
    ],
    [
      'a folder outside',
      'services:\n  web: {build: ../app}\n',
      'compose.yaml:2:9 services.web.build: "../app" lies outside of the folder of the configuration, which has to be above everything that is built',
    ],
    [
      'a Dockerfile within',
      'services:\n  web: {build: {dockerfile_inline: "FROM x"}}\n',
      'compose.yaml:2:9 services.web.build: has a Dockerfile within (dockerfile_inline): write it into a file, and name that in "dockerfile"',
    ],
    ['a file to include', 'include: [none.yaml]\n', 'compose.yaml:1:11 include.0: there is no file none.yaml'],
    [
      'itself to include',
      'include: [compose.yaml]\n',
      'compose.yaml:1:11 include.0: is a circle: compose.yaml → compose.yaml',
    ],
    [
      'aliases that grow',
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e]\n`,
      'compose.yaml:6:5 : not usable YAML: aliases repeat more than 100000 values, which is not allowed',
    ],
  ])('%s', (_, text, problem) => {
    expect(problemsOf(text)[0]).toBe(problem);
  });

  it('and all problems are told at once, in whichever file they are', () => {
    const text = 'include: [more.yaml]\nservices:\n  web: {image: nginx, prots: [], volumes: ["data"]}\n';
    expect(problemsOf(text, { beside: { 'more.yaml': 'services:\n  other: {imag: x}\n' } })).toEqual([
      'compose.yaml:3:23 services.web.prots: unknown key; did you mean ports?',
      'more.yaml:2:11 services.other.imag: unknown key; did you mean image?',
    ]);
  });

  it('a service of an included file that is there already', () => {
    const beside = { 'more.yaml': 'services:\n  web: {image: other}\n' };
    expect(problemsOf(`include: [more.yaml]\n${service('restart: always')}`, { beside })).toEqual([
      'more.yaml:2:3 services.web: is also in compose.yaml, and says something else there; what is included cannot be changed',
    ]);
  });

  it('what waits for a service whose profile is not active', () => {
    const text = `${service('depends_on: [db]')}  db: {image: postgres, profiles: [data]}\n`;
    expect(problemsOf(text)).toEqual([
      'compose.yaml:2:36 services.web.depends_on: there is no service "db": is of the profile data, which is not active; --profile data takes it along',
    ]);
    expect(problemsOf(text, { profiles: ['data'] })).toEqual([]);
  });
});
