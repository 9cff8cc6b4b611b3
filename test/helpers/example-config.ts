import { readFile } from 'node:fs/promises';

const EXAMPLE = new URL('../../examples/draftgenie/config.yaml', import.meta.url);

/** The configuration of the example application. */
export async function exampleConfig(): Promise<string> {
  return await readFile(EXAMPLE, 'utf8');
}

/** The example, built of a repository: a start over HTTP needs no archive of sources then. */
export async function startableConfig(): Promise<string> {
  const source = 'https://github.com/example/draftgenie.git#main';
  return (await exampleConfig()).replace(/^docker:\n/m, `docker:\n  source: "${source}"\n`);
}

/** The example without anything to build, under names of its own, since names of registries and servers are global. */
export async function prebuiltConfig(suffix: string): Promise<string> {
  const text = (await exampleConfig())
    .replace(/draftgenie-example-(rg|kv|pg|redis)/g, `dg${suffix}-$1`)
    .replace('draftgenieexampleacr', `dg${suffix}acr`)
    .replace(/ {2}(?:api_gateway|speaker_service|draft_service|rag_service|evaluation_service):\n.*\n/g, '');
  // Without the services that were built it has no longer the original's shape.
  return `defaults: draftgenie\n${text}`;
}
