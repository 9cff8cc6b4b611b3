import type { DockerfileCase } from './dockerfile-cases.ts';

/** https://docs.docker.com/build/concepts/context/#dockerignore-files */
export const ignoring: readonly DockerfileCase[] = [
  {
    title: 'what the ignore file leaves',
    dockerfile: 'COPY . .',
    ignore: 'src\n*.md',
    expected: ['.dockerignore', 'Dockerfile', 'a.txt', 'b.txt', 'lib/one.js', 'with space/f'],
  },
  {
    title: 'what an exception takes back',
    dockerfile: 'COPY src /x',
    ignore: 'src\n!src/main.ts',
    expected: ['src/main.ts'],
  },
  {
    title: 'a folder that an exception takes back',
    dockerfile: 'COPY . /x',
    ignore: '*\n!lib',
    expected: ['lib/one.js'],
  },
  {
    title: 'a pattern in any folder',
    dockerfile: 'COPY src /x',
    ignore: '**/*.md',
    expected: ['src/deep/x.ts', 'src/main.ts'],
  },
  {
    title: 'files of one folder only',
    dockerfile: 'COPY src /x',
    ignore: '*/*.ts',
    expected: ['src/deep/x.ts', 'src/deep/y.md'],
  },
  {
    title: 'no comment of the ignore file',
    dockerfile: 'COPY src /x',
    ignore: '# src\n\nsrc/deep/',
    expected: ['src/main.ts'],
  },
  {
    title: 'a leading slash in the ignore file',
    dockerfile: 'COPY *.* /x/',
    ignore: '/a.txt\n/c.md\n.dockerignore',
    expected: ['b.txt'],
  },
  {
    title: 'the last matching pattern',
    dockerfile: 'COPY lib /x',
    ignore: '!lib\nlib\n!lib/one.js',
    expected: ['lib/one.js'],
  },
  {
    title: 'white space around patterns',
    dockerfile: 'COPY src /x',
    ignore: '  src/deep  \t\n',
    expected: ['src/main.ts'],
  },
  {
    title: 'white space behind an exclamation mark',
    dockerfile: 'COPY src /x',
    ignore: 'src\n! src/main.ts',
    expected: ['src/main.ts'],
  },
  {
    title: 'a byte order mark of the ignore file',
    dockerfile: 'COPY src /x',
    ignore: '\uFEFFsrc/deep',
    expected: ['src/main.ts'],
  },
  {
    title: 'Windows line ends of the ignore file',
    dockerfile: 'COPY src /x',
    ignore: 'src/deep\r\n',
    expected: ['src/main.ts'],
  },
  { title: 'dots in a pattern', dockerfile: 'COPY src /x', ignore: './src/x/../deep', expected: ['src/main.ts'] },
  {
    title: 'everything below a folder',
    dockerfile: 'COPY src /x',
    ignore: 'src/deep/**',
    expected: ['src/deep/', 'src/main.ts'],
  },
  {
    title: 'two stars within a path',
    dockerfile: 'COPY src /x',
    ignore: 'src/**/y.md',
    expected: ['src/deep/x.ts', 'src/main.ts'],
  },
  {
    title: 'an exception within any folder',
    dockerfile: 'COPY src /x',
    ignore: '**\n!**/*.md',
    expected: ['src/deep/y.md'],
  },
  {
    title: 'a name that begins like a pattern',
    dockerfile: 'COPY . /x',
    files: { lib: '', 'library/f': '' },
    ignore: 'lib\nDockerfile\n.dockerignore',
    expected: ['library/f'],
  },
  { title: 'a set in a pattern', dockerfile: 'COPY *.txt /x/', ignore: '[a]*', expected: ['b.txt'] },
  {
    title: 'an escaped star',
    dockerfile: 'COPY . /x/',
    files: { 'a*b': '', 'a-b': '' },
    ignore: 'a\\*b\nDockerfile\n.dockerignore',
    expected: ['a-b'],
  },
  {
    title: 'the end of a name for two stars before text',
    dockerfile: 'COPY *.* /x/',
    ignore: '**txt\n.dockerignore',
    expected: ['c.md'],
  },
];
