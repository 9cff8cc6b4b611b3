import { ignoring } from './dockerignore-cases.ts';

/** One build, and the files of its context that Docker's rules let it see. */
export interface DockerfileCase {
  readonly title: string;
  /** Without a FROM, one of scratch is put before it. */
  readonly dockerfile: string;
  readonly ignore?: string;
  /** Names of TREE unless `files` says otherwise; a name that ends in a slash is an empty folder. */
  readonly expected: readonly string[] | 'everything';
  readonly files?: Readonly<Record<string, string | { readonly link: string }>>;
  readonly builder?: 'classic';
  readonly buildArguments?: Readonly<Record<string, string>>;
}

/** The Dockerfile as a file: a case that is about one instruction leaves the FROM out. */
export function dockerfileOf({ dockerfile }: DockerfileCase): string {
  return /^\uFEFF?FROM|\nFROM/i.test(dockerfile) ? dockerfile : `FROM scratch\n${dockerfile}`;
}

export const TREE = {
  'a.txt': 'a',
  'b.txt': 'b',
  'c.md': 'c',
  'src/main.ts': 'main',
  'src/deep/x.ts': 'x',
  'src/deep/y.md': 'y',
  'lib/one.js': '1',
  'with space/f': 'f',
};

const SRC = ['src/deep/x.ts', 'src/deep/y.md', 'src/main.ts'];

/** Rules of COPY and ADD: https://docs.docker.com/reference/dockerfile/#copy */
const copying: readonly DockerfileCase[] = [
  { title: 'one file', dockerfile: 'COPY a.txt /x', expected: ['a.txt'] },
  { title: 'several sources', dockerfile: 'COPY a.txt b.txt /x/', expected: ['a.txt', 'b.txt'] },
  { title: 'a folder with all below it', dockerfile: 'COPY src /x', expected: SRC },
  { title: 'a folder with a trailing slash', dockerfile: 'COPY src/ /x', expected: SRC },
  { title: 'a path from the root of the context', dockerfile: 'COPY /lib /x', expected: ['lib/one.js'] },
  { title: 'a path with a dot', dockerfile: 'COPY ./lib/one.js /x', expected: ['lib/one.js'] },
  { title: 'a path that climbs and stays inside', dockerfile: 'COPY src/../lib /x', expected: ['lib/one.js'] },
  { title: 'everything for a dot', dockerfile: 'COPY . .', expected: 'everything' },
  { title: 'everything for a slash', dockerfile: 'COPY / .', expected: 'everything' },
  { title: 'the JSON form', dockerfile: 'COPY ["with space/f", "/x"]', expected: ['with space/f'] },
  {
    title: 'the JSON form behind a flag',
    dockerfile: 'COPY --chown=1 ["a.txt", "b.txt", "/x/"]',
    expected: ['a.txt', 'b.txt'],
  },
  { title: 'sources behind --chown', dockerfile: 'COPY --chown=1:1 a.txt /x', expected: ['a.txt'] },
  { title: 'sources behind --chmod', dockerfile: 'COPY --chmod=755 a.txt /x', expected: ['a.txt'] },
  { title: 'sources behind --link', dockerfile: 'COPY --link a.txt /x', expected: ['a.txt'] },
  {
    title: 'sources behind several flags',
    dockerfile: 'COPY --link --chown=1 --chmod=755 lib /x',
    expected: ['lib/one.js'],
  },
  { title: 'nothing from another image', dockerfile: 'COPY --from=nginx:1 /a.txt /x', expected: [] },
  { title: 'ADD as COPY', dockerfile: 'ADD lib /x', expected: ['lib/one.js'] },
  { title: 'nothing for a remote ADD', dockerfile: 'ADD https://example.com/a.tgz /x', expected: [] },
  { title: 'nothing for an ADD of a git address', dockerfile: 'ADD git@github.com:org/repo.git#main /x', expected: [] },
  {
    title: 'the local part of a mixed ADD',
    dockerfile: 'ADD --checksum=sha256:0 https://example.com/a a.txt /x/',
    expected: ['a.txt'],
  },
  { title: 'an instruction in small letters', dockerfile: 'copy a.txt /x', expected: ['a.txt'] },
  { title: 'a quoted word', dockerfile: `COPY 'a.txt' "b.txt" /x/`, expected: ['a.txt', 'b.txt'] },
  { title: 'a byte order mark', dockerfile: '\uFEFFFROM scratch\nCOPY a.txt /x', expected: ['a.txt'] },
  { title: 'Windows line ends', dockerfile: 'FROM scratch\r\nCOPY a.txt /x\r\n', expected: ['a.txt'] },
  {
    title: 'an empty folder',
    dockerfile: 'COPY empty /x',
    files: { 'empty/.keep': '', 'z.txt': '' },
    ignore: 'empty/.keep',
    expected: ['empty/'],
  },
];

/** Go's filepath.Match: https://pkg.go.dev/path/filepath#Match */
const wildcards: readonly DockerfileCase[] = [
  { title: 'a wildcard in one folder', dockerfile: 'COPY *.txt /x/', expected: ['a.txt', 'b.txt'] },
  { title: 'a wildcard that names folders', dockerfile: 'COPY s* /x/', expected: SRC },
  { title: 'a wildcard in the middle', dockerfile: 'COPY */main.ts /x/', expected: ['src/main.ts'] },
  { title: 'no more than one folder for two stars', dockerfile: 'COPY src/**/x.ts /x/', expected: ['src/deep/x.ts'] },
  { title: 'no file at the top for two stars', dockerfile: 'COPY **/main.ts /x/', expected: ['src/main.ts'] },
  { title: 'a question mark', dockerfile: 'COPY ?.txt /x/', expected: ['a.txt', 'b.txt'] },
  { title: 'a character set', dockerfile: 'COPY [ac].* /x/', expected: ['a.txt', 'c.md'] },
  { title: 'a range of characters', dockerfile: 'COPY [b-z].* /x/', expected: ['b.txt', 'c.md'] },
  { title: 'a negated set', dockerfile: 'COPY [^a].* /x/', expected: ['b.txt', 'c.md'] },
  {
    title: 'a bracket written as a set',
    dockerfile: 'COPY arr[[]0].txt /x/',
    files: { 'arr[0].txt': '', 'arr0.txt': '' },
    expected: ['arr[0].txt'],
  },
  {
    title: 'a hidden file for a star',
    dockerfile: 'COPY * /x/',
    files: { '.env': '', b: '' },
    expected: ['.env', 'b'],
  },
  { title: 'nothing for a wildcard without a match', dockerfile: 'COPY a.txt *.lock /x/', expected: ['a.txt'] },
  { title: 'an optional file', dockerfile: 'COPY a.txt c.m[d] /x/', expected: ['a.txt', 'c.md'] },
  {
    title: 'what --exclude leaves of a folder',
    dockerfile: 'COPY --exclude=**/*.md src /x/',
    expected: ['src/deep/x.ts', 'src/main.ts'],
  },
  { title: 'what --exclude leaves of a wildcard', dockerfile: 'COPY --exclude=b* *.txt /x/', expected: ['a.txt'] },
  {
    title: 'what two --exclude leave',
    dockerfile: 'COPY --exclude=*.txt --exclude=*.md --exclude=src --exclude=with* . /x/',
    expected: ['Dockerfile', 'lib/one.js'],
  },
  {
    title: 'any depth for --parents',
    dockerfile: 'COPY --parents src/**/*.ts /x/',
    expected: ['src/deep/x.ts', 'src/main.ts'],
  },
  { title: 'a pivot of --parents', dockerfile: 'COPY --parents ./src/./deep/*.md /x/', expected: ['src/deep/y.md'] },
];

/** https://docs.docker.com/reference/dockerfile/#environment-replacement */
const variables: readonly DockerfileCase[] = [
  {
    title: 'the default of an ARG',
    dockerfile: 'ARG DIR=lib\nFROM scratch\nARG DIR\nCOPY ${DIR} /x',
    expected: ['lib/one.js'],
  },
  { title: 'an ARG of the stage', dockerfile: 'ARG DIR=lib\nCOPY $DIR /x', expected: ['lib/one.js'] },
  {
    title: 'a build argument before the default',
    dockerfile: 'FROM scratch\nARG DIR=lib\nCOPY $DIR /x',
    buildArguments: { DIR: 'src' },
    expected: SRC,
  },
  {
    title: 'an ENV made of an ARG',
    dockerfile: 'FROM scratch\nARG DIR=src\nENV SUB=${DIR}/deep\nCOPY $SUB /x',
    expected: ['src/deep/x.ts', 'src/deep/y.md'],
  },
  {
    title: 'ENV before ARG of the same name',
    dockerfile: 'FROM scratch\nENV DIR=lib\nARG DIR=src\nCOPY $DIR /x',
    expected: ['lib/one.js'],
  },
  {
    title: 'the old form of ENV',
    dockerfile: 'FROM scratch\nENV DIR lib\nCOPY $DIR/one.js /x',
    expected: ['lib/one.js'],
  },
  {
    title: 'the values before an ENV of several',
    dockerfile: 'FROM scratch\nENV A=lib\nENV A=src B=$A\nCOPY $B /x',
    expected: ['lib/one.js'],
  },
  {
    title: 'a fallback for what is not set',
    dockerfile: 'FROM scratch\nARG DIR\nCOPY ${DIR:-lib} /x',
    expected: ['lib/one.js'],
  },
  {
    title: 'another value for what is set',
    dockerfile: 'FROM scratch\nARG DIR=x\nCOPY ${DIR:+lib} /x',
    expected: ['lib/one.js'],
  },
  {
    title: 'a fallback made of a variable',
    dockerfile: 'FROM scratch\nARG A=lib\nARG B\nCOPY ${B:-$A} /x',
    expected: ['lib/one.js'],
  },
  {
    title: 'no value of a quoted dollar',
    dockerfile: "FROM scratch\nARG A=lib\nENV B='$A'\nCOPY c.md $B /x/",
    files: { $A: '', 'c.md': '' },
    expected: ['$A', 'c.md'],
  },
  {
    title: 'everything for a value only the base image has',
    dockerfile: 'FROM node\nCOPY $APP /x',
    expected: 'everything',
  },
  {
    title: 'the architecture that BuildKit offers',
    dockerfile: 'FROM scratch\nARG TARGETARCH\nCOPY $TARGETARCH /x',
    files: { amd64: '', arm64: '' },
    expected: ['amd64'],
  },
  {
    title: 'an ARG that a child stage inherits',
    dockerfile: 'FROM scratch AS a\nENV DIR=lib\nFROM a\nCOPY $DIR /x',
    expected: ['lib/one.js'],
  },
];

const syntax: readonly DockerfileCase[] = [
  { title: 'continued lines', dockerfile: 'COPY a.txt \\\n  b.txt \\\n  /x/', expected: ['a.txt', 'b.txt'] },
  {
    title: 'a comment between continued lines',
    dockerfile: 'COPY a.txt \\\n# src\n  b.txt \\\n\n  /x/',
    expected: ['a.txt', 'b.txt'],
  },
  {
    title: 'another escape character',
    dockerfile: '# escape=`\nFROM scratch\nCOPY a.txt `\n  b.txt /x/',
    expected: ['a.txt', 'b.txt'],
  },
  {
    title: 'directives one after the other',
    dockerfile: '# syntax=docker/dockerfile:1\n# escape=`\nFROM scratch\nCOPY lib `\n /x/',
    expected: ['lib/one.js'],
  },
  { title: 'no comment', dockerfile: '# COPY src /x\nCOPY a.txt /x', expected: ['a.txt'] },
  { title: 'no here-document', dockerfile: 'COPY <<EOF /x\nsrc lib\nEOF', expected: [] },
  {
    title: 'a file beside a here-document',
    dockerfile: 'COPY a.txt <<"EOF" /x/\nCOPY src /x\nEOF',
    expected: ['a.txt'],
  },
  { title: 'no here-document of RUN', dockerfile: 'RUN <<EOF\nCOPY src lib\nEOF', expected: [] },
  {
    title: 'a bind mount of RUN',
    dockerfile: 'RUN --mount=type=bind,source=lib,target=/l true',
    expected: ['lib/one.js'],
  },
  {
    title: 'a bind mount without its type',
    dockerfile: 'RUN --mount=target=/l,src=lib/one.js true',
    expected: ['lib/one.js'],
  },
  {
    title: 'everything for a bind mount without a source',
    dockerfile: 'RUN --mount=type=bind,target=/l true',
    expected: 'everything',
  },
  {
    title: 'several mounts',
    dockerfile: 'RUN --mount=type=bind,source=a.txt,target=/a --mount=type=bind,source=b.txt,target=/b true',
    expected: ['a.txt', 'b.txt'],
  },
  {
    title: 'a quoted mount',
    dockerfile: 'RUN --mount=type=bind,"source=x,y",target=/l true',
    files: { 'x,y': '', x: '' },
    expected: ['x,y'],
  },
  {
    title: 'no bind mount of another stage',
    dockerfile: 'FROM scratch AS b\nFROM scratch\nRUN --mount=type=bind,from=b,source=lib,target=/l true',
    expected: [],
  },
  { title: 'no cache mount', dockerfile: 'RUN --mount=type=cache,target=/c true', expected: [] },
  { title: 'no secret mount', dockerfile: 'RUN --mount=type=secret,id=x,target=/c true', expected: [] },
];

/** https://docs.docker.com/build/building/multi-stage/ */
const stages: readonly DockerfileCase[] = [
  {
    title: 'stages that the last one copies from',
    dockerfile: 'FROM scratch AS b\nCOPY lib /x\nFROM scratch\nCOPY --from=b /x /x\nCOPY a.txt /',
    expected: ['a.txt', 'lib/one.js'],
  },
  {
    title: 'stages named by number',
    dockerfile: 'FROM scratch\nCOPY lib /x\nFROM scratch\nCOPY --from=0 /x /x',
    expected: ['lib/one.js'],
  },
  {
    title: 'stages that the last one begins with',
    dockerfile: 'FROM scratch AS Base\nCOPY lib /x\nFROM base\nCOPY a.txt /',
    expected: ['a.txt', 'lib/one.js'],
  },
  {
    title: 'stages that a mount takes from',
    dockerfile: 'FROM scratch AS b\nCOPY lib /x\nFROM scratch\nRUN --mount=from=b,target=/b true',
    expected: ['lib/one.js'],
  },
  {
    title: 'no stage that BuildKit leaves out',
    dockerfile: 'FROM scratch AS test\nCOPY src /x\nFROM scratch\nCOPY a.txt /',
    expected: ['a.txt'],
  },
  {
    title: 'every stage for the classic builder',
    dockerfile: 'FROM scratch AS test\nCOPY lib /x\nFROM scratch\nCOPY a.txt /',
    builder: 'classic',
    expected: ['a.txt', 'lib/one.js'],
  },
  {
    title: 'a stage named by an ARG',
    dockerfile: 'ARG BASE=one\nFROM scratch AS one\nCOPY lib /x\nFROM scratch AS two\nCOPY src /x\nFROM $BASE',
    expected: ['lib/one.js'],
  },
  { title: 'no ONBUILD of its own', dockerfile: 'ONBUILD COPY src /x', expected: [] },
  {
    title: 'the ONBUILD of the stage it begins with',
    dockerfile: 'FROM scratch AS b\nONBUILD COPY lib /x\nFROM b',
    expected: ['lib/one.js'],
  },
  { title: 'everything for an image made for ONBUILD', dockerfile: 'FROM node:8-onbuild', expected: 'everything' },
];

const links: readonly DockerfileCase[] = [
  {
    title: 'what a link leads to',
    dockerfile: 'COPY current /x',
    files: { 'v1/f': '', current: { link: 'v1' } },
    expected: ['current', 'v1/f'],
  },
  {
    title: 'what lies behind a link',
    dockerfile: 'COPY current/f /x',
    files: { 'v1/f': '', 'v1/g': '', current: { link: 'v1' } },
    expected: ['current', 'v1/f'],
  },
  {
    title: 'a link of links',
    dockerfile: 'COPY a /x',
    files: { a: { link: 'b' }, b: { link: './c/f' }, 'c/f': '' },
    expected: ['a', 'b', 'c/f'],
  },
  {
    title: 'a link within a folder as it is',
    dockerfile: 'COPY d /x',
    files: { 'd/l': { link: '../e' }, e: '' },
    expected: ['d/l'],
  },
  {
    title: 'a link that dangles within a folder',
    dockerfile: 'COPY d /x',
    files: { 'd/l': { link: '/usr/bin/python3' } },
    expected: ['d/l'],
  },
  {
    title: 'a link that a wildcard finds',
    dockerfile: 'COPY cur* /x',
    files: { 'v1/f': '', current: { link: 'v1' } },
    expected: ['current', 'v1/f'],
  },
];

export const DOCKERFILE_CASES: readonly DockerfileCase[] = [
  ...copying,
  ...wildcards,
  ...variables,
  ...syntax,
  ...stages,
  ...ignoring,
  ...links,
];
